SELECT toString(day) AS on_day, group_id, delay_bucket, sum(events) AS events
FROM hour_delay
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date} AND hour >= toDateTime({from:UInt32}, 'UTC') AND tier IN ('illegal', 'harmful', 'conduct')
GROUP BY day, group_id, delay_bucket
HAVING events > 0
