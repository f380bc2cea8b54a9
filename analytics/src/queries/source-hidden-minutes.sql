    -- What to take off again: rows of groups that the floors hide at this unit.
    SELECT minute AS at, tier, category, decision, toInt64(-sign) AS events, toInt64(-sign * (revision > 0)) AS corrected
    FROM decision_raw
    WHERE {{hidden}} AND {{byUnit}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
      AND (minute >= toDateTime({nowFrom:UInt32}, 'UTC') AND minute < toDateTime({nowTo:UInt32}, 'UTC')
        OR minute >= toDateTime({beforeFrom:UInt32}, 'UTC') AND minute < toDateTime({beforeTo:UInt32}, 'UTC'))
