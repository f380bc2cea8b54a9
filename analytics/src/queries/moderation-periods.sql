-- Six-hour periods of what the upstream decided, as first decided where corrections changed it later. Of groups that speak for
-- themselves no category is named, and no sign of distress is among what was overturned.
SELECT period, category, sum(messages) AS messages, sum(acted) AS acted, sum(automated) AS automated, sum(overturned) AS overturned
FROM
(
    SELECT intDiv(toUnixTimestamp(hour), 21600) AS period, '' AS category, sum(events) AS messages, toInt64(0) AS acted,
           sumIf(events, tier != 'none' AND tier != 'care' AND decided_by = 'automated') AS automated, toInt64(0) AS overturned
    FROM hour_group WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date} GROUP BY period
    UNION ALL
    SELECT intDiv(toUnixTimestamp(hour), 21600) AS period, if({{alone}}, '', category) AS told, toInt64(0) AS messages, sum(events) AS acted,
           toInt64(0) AS automated, toInt64(0) AS overturned
    FROM hour_group
    WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date} AND tier NOT IN ('none', 'care') GROUP BY period, told
    UNION ALL
    SELECT intDiv(toUnixTimestamp(hour), 21600) AS period, '' AS category, toInt64(0) AS messages, toInt64(0) AS acted,
           toInt64(0) AS automated, sum(hour_first.overturned) AS overturned
    FROM hour_first
    WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date} AND NOT has({careCodes:Array(String)}, first_category) GROUP BY period
)
GROUP BY period, category ORDER BY period
