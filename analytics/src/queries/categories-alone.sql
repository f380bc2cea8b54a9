-- Categories of groups that speak for themselves in the scope, by group.
SELECT
    at >= toDateTime({nowFrom:UInt32}, 'UTC') AS is_now,
    group_id,
    tier,
    category,
    sum(events) AS acted
FROM
(
{{source}}
)
WHERE tier != 'none'
GROUP BY is_now, group_id, tier, category
