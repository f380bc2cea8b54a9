SELECT toString(day) AS on_day, tier, category, decision, decided_by, if({{alone}}, group_id, '') AS alone, sum(events) AS messages, sum(corrected) AS corrections
FROM hour_group
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
GROUP BY on_day, tier, category, decision, decided_by, alone
