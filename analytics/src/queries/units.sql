-- Figures of a unit's children over one span: the code of the child stands in its group's string at the place of the day, `000` for none.
SELECT child, step, sum(messages) AS messages, sum(illegal) AS illegal, sum(harmful) AS harmful, sum(conduct) AS conduct
FROM
(
    SELECT
        substring(transform(group_id, {groups:Array(String)}, {codes:Array(String)}, ''), 1 + 3 * dateDiff('day', {firstDay:Date}, day), 3) AS child,
        step, messages, illegal, harmful, conduct
    FROM
    (
        -- Summed before the child is looked up: once a group and day instead of once a row.
        SELECT day, group_id, intDiv(toUInt32(hour) - {from:UInt32}, {slice:UInt32}) AS step, sum(events) AS messages,
               sumIf(events, tier = 'illegal') AS illegal, sumIf(events, tier = 'harmful') AS harmful, sumIf(events, tier = 'conduct') AS conduct
        FROM hour_group
        WHERE {{byUnit}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
          AND hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC')
        GROUP BY day, group_id, step
    )
)
WHERE child NOT IN ('', '000')
GROUP BY child, step
