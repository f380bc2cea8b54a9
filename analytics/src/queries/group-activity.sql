SELECT group_id AS groupId, sum(events) AS messages, uniqExact(day) AS days
FROM hour_group
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND (day, group_id) IN (
    SELECT day, group_id
    FROM group_visibility
    WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date}
    GROUP BY day, group_id
    HAVING argMax(own, version) = 1
  )
GROUP BY group_id
HAVING messages > 0
