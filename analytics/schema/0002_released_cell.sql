-- Released cells: the only place where a word, a topic or a mood reaches a disk (analytics/src/privacy/released-cell.ts).
-- Append-only: a cell is decided once for one scope, key and window, and windows of one (scope, kind, key) never overlap.
CREATE TABLE released_cell
(
    scope LowCardinality(String),
    from_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    to_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    day Date,
    kind LowCardinality(String),            -- term | topic | sentiment
    key String,
    people UInt32,
    messages UInt32,
    groups UInt32,
    units UInt32,
    sentiment String,                       -- JSON of SentimentShares, '' when not shown
    harm Array(Tuple(category String, messages UInt32)),
    terms Array(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (scope, kind, from_at, key)
SETTINGS non_replicated_deduplication_window = 10000;
