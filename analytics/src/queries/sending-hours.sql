SELECT DISTINCT
    hour >= toDateTime({nowFrom:UInt32}, 'UTC') AS is_now,
    intDiv(toUInt32(hour) - if(hour >= toDateTime({nowFrom:UInt32}, 'UTC'), {nowFrom:UInt32}, {beforeFrom:UInt32}), {step:UInt32}) AS step
FROM hour_source
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND (hour >= toDateTime({nowFrom:UInt32}, 'UTC') AND hour < toDateTime({nowTo:UInt32}, 'UTC')
    OR hour >= toDateTime({beforeFrom:UInt32}, 'UTC') AND hour < toDateTime({beforeTo:UInt32}, 'UTC'))
