SELECT
    at >= toDateTime({nowFrom:UInt32}, 'UTC') AS is_now,
    sum(events) AS messages,
    sumIf(events, tier IN ('illegal', 'harmful', 'conduct')) AS acted
FROM
(
{{source}}
)
GROUP BY is_now
