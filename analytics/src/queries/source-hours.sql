    SELECT hour AS at, tier, category, decision, events, corrected, group_id
    FROM hour_group
    WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
      AND (hour >= toDateTime({nowFrom:UInt32}, 'UTC') AND hour < toDateTime({nowTo:UInt32}, 'UTC')
        OR hour >= toDateTime({beforeFrom:UInt32}, 'UTC') AND hour < toDateTime({beforeTo:UInt32}, 'UTC'))
