-- Decisions and their rollups. Rows enter through decision_in (Null engine) only, so that one insert token covers
-- raw and every rollup: a retried block counts once everywhere or nowhere.
-- Every table is partitioned by the month of the local day.

CREATE TABLE decision_in
(
    event_hash String,            -- 32 hex digits: keyed 128-bit hash of source and upstream id
    minute DateTime('UTC'),       -- message time cut to the minute
    hour DateTime('UTC'),         -- start of the local hour
    day Date,                     -- local day
    group_id String,
    unit_id String,               -- leaf unit of the group on `day`; ancestors are resolved at query time
    source String,
    kind String,
    tier String,                  -- 'none' when allowed
    category String,              -- '' when allowed
    decision String,
    decided_by String,
    delay_bucket UInt8,           -- analytics/src/delay-buckets.ts
    first_decision String,        -- the decision of the original event, whatever corrections said since
    first_category String,
    revision Int64,               -- 0: as first decided; else decidedAt (ms) of the correction that set this state
    revision_hash String,         -- 32 hex digits of the correction's id, zeros for the original: breaks ties of revision
    sign Int8                     -- +1 sets a state, -1 takes it back
)
ENGINE = Null;

CREATE TABLE decision_raw
(
    event_hash FixedString(16),
    minute DateTime('UTC') CODEC(Delta, ZSTD),
    hour DateTime('UTC') CODEC(Delta, ZSTD),
    day Date CODEC(Delta, ZSTD),
    group_id LowCardinality(String),
    unit_id LowCardinality(String),
    source LowCardinality(String),
    kind LowCardinality(String),
    tier LowCardinality(String),
    category LowCardinality(String),
    decision LowCardinality(String),
    decided_by LowCardinality(String),
    delay_bucket UInt8,
    first_decision LowCardinality(String),
    first_category LowCardinality(String),
    revision Int64 CODEC(ZSTD),
    revision_hash FixedString(16) CODEC(ZSTD),
    sign Int8,
    INDEX event_hash_filter event_hash TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (group_id, minute, event_hash)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW decision_raw_mv TO decision_raw AS
SELECT toFixedString(unhex(event_hash), 16) AS event_hash, minute, hour, day, group_id, unit_id, source, kind, tier, category,
       decision, decided_by, delay_bucket, first_decision, first_category, revision,
       toFixedString(unhex(revision_hash), 16) AS revision_hash, sign
FROM decision_in;

-- Live and minute trends of units. events: messages in this state; first_*: as first decided (before corrections).
CREATE TABLE minute_unit
(
    minute DateTime('UTC') CODEC(Delta, ZSTD),
    day Date CODEC(Delta, ZSTD),
    unit_id LowCardinality(String),
    tier LowCardinality(String),
    category LowCardinality(String),
    decision LowCardinality(String),
    events Int64,
    corrected Int64
)
ENGINE = SummingMergeTree((events, corrected))
PARTITION BY toYYYYMM(day)
ORDER BY (unit_id, minute, tier, category, decision)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW minute_unit_mv TO minute_unit AS
SELECT minute, day, unit_id, tier, category, decision, sum(sign) AS events, sum(sign * (revision > 0)) AS corrected
FROM decision_in GROUP BY minute, day, unit_id, tier, category, decision;

CREATE TABLE hour_group
(
    hour DateTime('UTC') CODEC(Delta, ZSTD),
    day Date CODEC(Delta, ZSTD),
    group_id LowCardinality(String),
    unit_id LowCardinality(String),
    tier LowCardinality(String),
    category LowCardinality(String),
    decision LowCardinality(String),
    decided_by LowCardinality(String),
    first_decision LowCardinality(String),
    events Int64,
    corrected Int64
)
ENGINE = SummingMergeTree((events, corrected))
PARTITION BY toYYYYMM(day)
ORDER BY (group_id, hour, unit_id, tier, category, decision, decided_by, first_decision)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW hour_group_mv TO hour_group AS
SELECT hour, day, group_id, unit_id, tier, category, decision, decided_by, first_decision,
       sum(sign) AS events, sum(sign * (revision > 0)) AS corrected
FROM decision_in GROUP BY hour, day, group_id, unit_id, tier, category, decision, decided_by, first_decision;

-- Overturns are counted under the category as first decided: an event that ended as allowed has none of its own.
CREATE TABLE hour_first
(
    hour DateTime('UTC') CODEC(Delta, ZSTD),
    day Date CODEC(Delta, ZSTD),
    group_id LowCardinality(String),
    unit_id LowCardinality(String),
    first_category LowCardinality(String),
    acted Int64,
    corrected Int64,
    overturned Int64
)
ENGINE = SummingMergeTree((acted, corrected, overturned))
PARTITION BY toYYYYMM(day)
ORDER BY (group_id, hour, unit_id, first_category)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW hour_first_mv TO hour_first AS
SELECT hour, day, group_id, unit_id, first_category,
       sum(sign) AS acted, sum(sign * (revision > 0)) AS corrected, sum(sign * (decision = 'allowed')) AS overturned
FROM decision_in WHERE first_decision != 'allowed' GROUP BY hour, day, group_id, unit_id, first_category;

CREATE TABLE hour_source
(
    hour DateTime('UTC') CODEC(Delta, ZSTD),
    day Date CODEC(Delta, ZSTD),
    unit_id LowCardinality(String),
    source LowCardinality(String),
    kind LowCardinality(String),
    events Int64
)
ENGINE = SummingMergeTree(events)
PARTITION BY toYYYYMM(day)
ORDER BY (unit_id, hour, source, kind)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW hour_source_mv TO hour_source AS
SELECT hour, day, unit_id, source, kind, sum(sign) AS events FROM decision_in GROUP BY hour, day, unit_id, source, kind;

-- Time from message to decision of acted-on events: fixed log-spaced buckets with signed counts.
CREATE TABLE hour_delay
(
    hour DateTime('UTC') CODEC(Delta, ZSTD),
    day Date CODEC(Delta, ZSTD),
    group_id LowCardinality(String),
    unit_id LowCardinality(String),
    tier LowCardinality(String),
    delay_bucket UInt8,
    events Int64
)
ENGINE = SummingMergeTree(events)
PARTITION BY toYYYYMM(day)
ORDER BY (group_id, hour, unit_id, tier, delay_bucket)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW hour_delay_mv TO hour_delay AS
SELECT hour, day, group_id, unit_id, tier, delay_bucket, sum(sign) AS events
FROM decision_in WHERE decision != 'allowed' GROUP BY hour, day, group_id, unit_id, tier, delay_bucket;

-- Distinct active people as plain integers, written when an hour or a day closes and as a running lower bound of today.
-- The larger of two counts stands (after a restart the sets are gone): never a sketch, never a set.
CREATE TABLE active_people
(
    scope_kind LowCardinality(String),   -- group | unit
    scope_id LowCardinality(String),
    period LowCardinality(String),       -- hour | day
    start DateTime('UTC'),
    day Date,
    people SimpleAggregateFunction(max, UInt32)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (scope_kind, scope_id, period, start);

-- What the floors of harm counts allow, decided per local day from the people counts (analytics/src/privacy/visibility.ts).
-- own: the group may be shown alone. shown_at: the first unit, going up from the leaf, at which the group's events count;
-- '' counts nowhere. A day and group without a row counts nowhere either.
CREATE TABLE group_visibility
(
    day Date,
    group_id LowCardinality(String),
    unit_id LowCardinality(String),
    own UInt8,
    shown_at LowCardinality(String),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (day, group_id);
