SELECT
    at >= toDateTime({nowFrom:UInt32}, 'UTC') AS is_now,
    intDiv(toUInt32(at) - if(at >= toDateTime({nowFrom:UInt32}, 'UTC'), {nowFrom:UInt32}, {beforeFrom:UInt32}), {step:UInt32}) AS step,
    sum(events) AS messages,
    sumIf(events, tier = 'illegal') AS illegal,
    sumIf(events, tier = 'harmful') AS harmful,
    sumIf(events, tier = 'conduct') AS conduct,
    sumIf(corrected, tier != 'care') AS corrections
FROM
(
{{source}}
)
GROUP BY is_now, step
