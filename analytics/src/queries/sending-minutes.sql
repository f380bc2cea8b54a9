-- Steps in which any source of the organisation sent anything: elsewhere nothing is known, which is not zero.
SELECT DISTINCT
    minute >= toDateTime({nowFrom:UInt32}, 'UTC') AS is_now,
    intDiv(toUInt32(minute) - if(minute >= toDateTime({nowFrom:UInt32}, 'UTC'), {nowFrom:UInt32}, {beforeFrom:UInt32}), {step:UInt32}) AS step
FROM minute_unit
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND (minute >= toDateTime({nowFrom:UInt32}, 'UTC') AND minute < toDateTime({nowTo:UInt32}, 'UTC')
    OR minute >= toDateTime({beforeFrom:UInt32}, 'UTC') AND minute < toDateTime({beforeTo:UInt32}, 'UTC'))
