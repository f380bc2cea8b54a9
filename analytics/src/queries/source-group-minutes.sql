    SELECT minute AS at, tier, category, decision, toInt64(sign) AS events, toInt64(sign * (revision > 0)) AS corrected, group_id
    FROM decision_raw
    WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
      AND (minute >= toDateTime({nowFrom:UInt32}, 'UTC') AND minute < toDateTime({nowTo:UInt32}, 'UTC')
        OR minute >= toDateTime({beforeFrom:UInt32}, 'UTC') AND minute < toDateTime({beforeTo:UInt32}, 'UTC'))
