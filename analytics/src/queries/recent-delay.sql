SELECT toString(day) AS on_day, toUnixTimestamp(hour) AS at, group_id, tier, delay_bucket, sum(events) AS events
FROM hour_delay
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date} AND hour >= toDateTime({from:UInt32}, 'UTC') AND tier IN ('illegal', 'harmful', 'conduct')
GROUP BY day, hour, group_id, tier, delay_bucket
HAVING events > 0
