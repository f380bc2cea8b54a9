-- Highest score of each subject inside a span, as looked at in the scope; of units their own score.
SELECT subject, max(score) AS highest, argMax(level, score) AS at_level, toUnixTimestamp64Milli(argMax(at, score)) AS at_ms
FROM risk_score
WHERE day BETWEEN {firstDay:Date} AND {lastDay:Date}
  AND at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})
  AND (startsWith(subject, 'topic:') AND scope = {scope:String} OR startsWith(subject, 'unit:') AND subject IN {subjects:Array(String)})
GROUP BY subject
ORDER BY highest DESC, subject
LIMIT 10
