SELECT decision, tier, category, if({{alone}}, group_id, '') AS alone, sum(events) AS messages, sumIf(corrected, first_decision = 'allowed') AS corrections
FROM hour_group
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
GROUP BY decision, tier, category, alone
