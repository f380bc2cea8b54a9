SELECT group_id AS groupId, toString(max(day)) AS lastDay
FROM hour_group
WHERE day >= {firstDay:Date}
GROUP BY group_id
HAVING sum(events) > 0
