SELECT source, toUnixTimestamp(hour) AS at, sum(events) AS messages, max(unit_id IN {units:Array(String)}) AS serves
FROM hour_source
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date}
GROUP BY source, at
