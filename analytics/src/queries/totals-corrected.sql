-- Of what was acted on at first. Care is left out by the category of then: one that was taken back must not show as a difference.
SELECT sum(corrected) AS corrections
FROM hour_first
WHERE {{byGroup}} AND day BETWEEN {firstDay:Date} AND {lastDay:Date} AND NOT has({care:Array(String)}, first_category)
