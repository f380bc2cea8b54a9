    -- All rows of a unit, by the minute, counted and not.
    SELECT minute AS at, tier, category, decision, events, corrected
    FROM minute_unit
    WHERE {{byUnit}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
      AND (minute >= toDateTime({nowFrom:UInt32}, 'UTC') AND minute < toDateTime({nowTo:UInt32}, 'UTC')
        OR minute >= toDateTime({beforeFrom:UInt32}, 'UTC') AND minute < toDateTime({beforeTo:UInt32}, 'UTC'))
