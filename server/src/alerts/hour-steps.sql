-- The same by full hours, from the rollup.
SELECT toUnixTimestamp(hour) AS at, group_id, category, sum(hour_group.events) AS total
FROM hour_group
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date} AND hour >= toDateTime({from:UInt32}, 'UTC')
  AND hour < toDateTime({to:UInt32}, 'UTC') AND ({acted:UInt8} = 0 OR category != '')
  AND (history = 0 OR hour < toDateTime({liveFrom:UInt32}, 'UTC'))
GROUP BY hour, group_id, category
HAVING total > 0
