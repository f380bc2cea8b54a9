SELECT
    toUnixTimestamp(hour) AS at,
    sum(events) AS messages,
    sumIf(events, tier = 'illegal') AS illegal,
    sumIf(events, tier = 'harmful') AS harmful,
    sumIf(events, tier = 'conduct') AS conduct,
    sumIf(corrected, tier != 'care') AS corrections
FROM hour_group
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
GROUP BY at
ORDER BY at
