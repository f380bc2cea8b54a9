    -- What a unit counts, by the minute: all its rows, less those of groups that the floors hide here.
    SELECT minute AS at, tier, category, decision, events, corrected
    FROM minute_unit
    WHERE {{byUnit}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
      AND (minute >= toDateTime({nowFrom:UInt32}, 'UTC') AND minute < toDateTime({nowTo:UInt32}, 'UTC')
        OR minute >= toDateTime({beforeFrom:UInt32}, 'UTC') AND minute < toDateTime({beforeTo:UInt32}, 'UTC'))
    UNION ALL
    SELECT minute AS at, tier, category, decision, toInt64(-sign) AS events, toInt64(-sign * (revision > 0)) AS corrected
    FROM decision_raw
    WHERE {{hidden}} AND {{byUnit}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
      AND (minute >= toDateTime({nowFrom:UInt32}, 'UTC') AND minute < toDateTime({nowTo:UInt32}, 'UTC')
        OR minute >= toDateTime({beforeFrom:UInt32}, 'UTC') AND minute < toDateTime({beforeTo:UInt32}, 'UTC'))
