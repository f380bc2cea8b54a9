-- Released cells of one unit whose window ended inside a span. Chosen by unit and kind, never by word. A cell stands under the
-- day on which its window began, which may be the one before.
SELECT key, toUnixTimestamp64Milli(from_at) AS from_ms, toUnixTimestamp64Milli(to_at) AS to_ms, people, messages, sentiment, terms
FROM released_cell
WHERE scope = {scope:String} AND kind = {kind:String} AND day <= {lastDay:Date}
  AND to_at > fromUnixTimestamp64Milli({from:Int64}) AND to_at <= fromUnixTimestamp64Milli({to:Int64})
ORDER BY to_at, key
