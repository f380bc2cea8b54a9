-- Hours of the last day by group, for scores by the minute; the caller sums them where the floors let them count.
SELECT toString(day) AS on_day, group_id, toUnixTimestamp(hour) AS at, tier, category, sum(events) AS events
FROM hour_group
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date} AND hour >= toDateTime({from:UInt32}, 'UTC') AND tier NOT IN ('none', 'care')
GROUP BY day, group_id, hour, tier, category
HAVING events > 0
UNION ALL
SELECT toString(day) AS on_day, group_id, toUnixTimestamp(hour) AS at, 'none' AS tier, '' AS category, sum(events) AS events
FROM hour_group
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date} AND hour >= toDateTime({recent:UInt32}, 'UTC')
GROUP BY day, group_id, hour
HAVING events > 0
