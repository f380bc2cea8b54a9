SELECT toString(day) AS on_day, sum(events) AS messages, sum(corrected) AS corrections, uniqExact(group_id) AS in_groups
FROM hour_group
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
GROUP BY on_day
