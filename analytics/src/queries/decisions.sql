-- Decisions of one window. Of a group that speaks for itself an event of the care tier counts as allowed: it is no violation,
-- and the difference between the totals must not tell that there was one.
SELECT
    if(tier = 'care' AND ({{alone}}), 'allowed', decision) AS outcome,
    decided_by,
    sum(events) AS messages
FROM hour_group
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND hour >= toDateTime({nowFrom:UInt32}, 'UTC') AND hour < toDateTime({nowTo:UInt32}, 'UTC')
GROUP BY outcome, decided_by
