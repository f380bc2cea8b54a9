SELECT tier, delay_bucket, sum(events) AS acted
FROM hour_delay
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND hour >= toDateTime({nowFrom:UInt32}, 'UTC') AND hour < toDateTime({nowTo:UInt32}, 'UTC')
  AND tier IN ('illegal', 'harmful', 'conduct')
GROUP BY tier, delay_bucket
