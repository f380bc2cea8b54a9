SELECT first_category AS category, if({{alone}}, group_id, '') AS alone, sum(acted) AS decided, sum(corrected) AS changed, sum(overturned) AS reversed
FROM hour_first
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND hour >= toDateTime({nowFrom:UInt32}, 'UTC') AND hour < toDateTime({nowTo:UInt32}, 'UTC')
GROUP BY category, alone
