-- Scores as they were computed, from released and floored values only. A row when a score or level changed: it stands until
-- the next one of its subject. `components` in the order of analytics/src/risk/components.ts.
CREATE TABLE risk_score
(
    subject String,                         -- topic:<id> | unit:<id> | group:<id>
    scope LowCardinality(String),           -- unit in which the subject was looked at
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    day Date,
    version LowCardinality(String),
    score Float32,
    level LowCardinality(String),
    components Array(Float32)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (subject, scope, at)
SETTINGS non_replicated_deduplication_window = 10000;
