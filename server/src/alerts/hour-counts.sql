SELECT toUnixTimestamp(hour) AS at, group_id, category, sum(events) AS total
FROM hour_group
WHERE day >= {firstDay:Date} AND hour >= toDateTime({from:UInt32}, 'UTC') AND history = 0
GROUP BY hour, group_id, category
HAVING total > 0
