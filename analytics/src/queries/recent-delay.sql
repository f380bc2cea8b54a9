-- From the decisions themselves, since the rollup does not know what names no harm, and that stays out of risk and rules.
SELECT toString(day) AS on_day, toUnixTimestamp(hour) AS at, group_id, tier, delay_bucket, sum(sign) AS events
FROM decision_raw
PREWHERE minute >= toDateTime({from:UInt32}, 'UTC')
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date} AND hour >= toDateTime({from:UInt32}, 'UTC')
  AND (history = 0 OR minute < toDateTime({liveFrom:UInt32}, 'UTC'))
  AND tier IN ('illegal', 'harmful', 'conduct') AND NOT match(category, '^(offtopic|uncategorised)([.]|$)')
GROUP BY day, hour, group_id, tier, delay_bucket
HAVING events > 0
