SELECT toString(day) AS day, sum(messages) AS messages, sum(acted) AS acted, sum(overturned) AS overturned
FROM (
  SELECT day, events AS messages, if(decision = 'allowed', 0, events) AS acted, 0 AS overturned
  FROM hour_group
  WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
  UNION ALL
  SELECT day, 0 AS messages, 0 AS acted, overturned
  FROM hour_first
  WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
)
GROUP BY day
ORDER BY day
