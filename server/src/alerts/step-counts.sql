-- Messages by step, group and category ('' when allowed), corrections included; only what was acted on where `acted` is 1,
-- and what changed history only before `liveFrom`.
SELECT intDiv(toUnixTimestamp(minute), {step:UInt32}) * {step:UInt32} AS at, group_id, category, sum(sign) AS events
FROM decision_raw
PREWHERE minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date} AND ({acted:UInt8} = 0 OR category != '')
  AND (history = 0 OR minute < toDateTime({liveFrom:UInt32}, 'UTC'))
GROUP BY at, group_id, category
HAVING events > 0
