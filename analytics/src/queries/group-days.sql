-- Counts of one group by day. Care is no violation: neither figure may tell that there was a sign of it.
SELECT toString(day) AS day, sum(messages) AS messages, sum(acted) AS acted, sum(overturned) AS overturned
FROM (
  SELECT day, events AS messages, if(tier IN ('none', 'care'), 0, events) AS acted, 0 AS overturned
  FROM hour_group
  WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
  UNION ALL
  SELECT day, 0 AS messages, 0 AS acted, overturned
  FROM hour_first
  WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date} AND NOT has({careCodes:Array(String)}, first_category)
)
GROUP BY day
ORDER BY day
