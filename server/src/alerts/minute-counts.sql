-- Messages of the last two hours by group and category ('' when allowed), corrections included and history left out.
SELECT toUnixTimestamp(minute) AS at, group_id, category, sum(sign) AS events
FROM decision_raw
PREWHERE minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')
WHERE history = 0
GROUP BY minute, group_id, category
HAVING events > 0
