SELECT
    toString(day) AS on_day,
    group_id,
    argMax(unit_id, version) AS unit,
    argMax(own, version) AS shown_alone,
    argMax(shown_at, version) AS counts_at,
    argMax(active, version) AS wrote
FROM group_visibility
WHERE day IN {days:Array(Date)}
GROUP BY day, group_id
