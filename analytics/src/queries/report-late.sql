-- Newest correction by day, and the decisions in force that were set after the period had ended (ms since epoch).
SELECT toString(day) AS on_day, max(revision) AS newest, sumIf(sign, revision >= {endMs:Int64}) AS late
FROM decision_raw
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date} AND revision > 0
GROUP BY on_day
