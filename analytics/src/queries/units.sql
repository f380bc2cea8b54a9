-- Figures of a unit's children: each (day, group) belongs to the child named for it, or to none.
SELECT child, is_now, step, sum(messages) AS messages, sum(illegal) AS illegal, sum(harmful) AS harmful, sum(conduct) AS conduct
FROM
(
    SELECT
        transform(concat(toString(day), ' ', group_id), {cells:Array(String)}, {children:Array(String)}, '') AS child,
        at >= toDateTime({nowFrom:UInt32}, 'UTC') AS is_now,
        if(is_now, intDiv(toUInt32(at) - {nowFrom:UInt32}, {slice:UInt32}), 0) AS step,
        messages, illegal, harmful, conduct
    FROM
    (
        SELECT day, group_id, hour AS at, sum(events) AS messages,
               sumIf(events, tier = 'illegal') AS illegal, sumIf(events, tier = 'harmful') AS harmful, sumIf(events, tier = 'conduct') AS conduct
        FROM hour_group
        WHERE {{byUnit}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
          AND hour >= toDateTime({beforeFrom:UInt32}, 'UTC') AND hour < toDateTime({nowTo:UInt32}, 'UTC')
        GROUP BY day, group_id, at
    )
)
WHERE child != ''
GROUP BY child, is_now, step
