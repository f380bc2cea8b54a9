-- Quarters of an hour in which any source of the organisation sent anything: elsewhere nothing is known, which is not zero.
SELECT DISTINCT intDiv(toUInt32(minute), 900) AS quarter
FROM minute_unit
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND (minute >= toDateTime({nowFrom:UInt32}, 'UTC') AND minute < toDateTime({nowTo:UInt32}, 'UTC')
    OR minute >= toDateTime({beforeFrom:UInt32}, 'UTC') AND minute < toDateTime({beforeTo:UInt32}, 'UTC'))
