SELECT
    at >= toDateTime({nowFrom:UInt32}, 'UTC') AS is_now,
    tier,
    category,
    sum(events) AS acted
FROM
(
{{source}}
)
WHERE tier != 'none'
GROUP BY is_now, tier, category
