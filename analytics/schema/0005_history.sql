-- What changes history raises no alert: rules count without it. 1: imported, or sent more than a day before it was accepted.
ALTER TABLE decision_in ADD COLUMN IF NOT EXISTS history UInt8 AFTER sign;

ALTER TABLE decision_raw ADD COLUMN IF NOT EXISTS history UInt8 AFTER sign;

DROP VIEW IF EXISTS decision_raw_mv;

CREATE MATERIALIZED VIEW decision_raw_mv TO decision_raw AS
SELECT toFixedString(unhex(event_hash), 16) AS event_hash, minute, hour, day, group_id, unit_id, source, kind, tier, category,
       decision, decided_by, delay_bucket, first_decision, first_category, revision,
       toFixedString(unhex(revision_hash), 16) AS revision_hash, sign, history
FROM decision_in;

-- Rows of history stay apart from those that rules count; whoever sums over both needs not know.
ALTER TABLE hour_group ADD COLUMN IF NOT EXISTS history UInt8 AFTER first_decision,
  MODIFY ORDER BY (group_id, hour, unit_id, tier, category, decision, decided_by, first_decision, history);

DROP VIEW IF EXISTS hour_group_mv;

CREATE MATERIALIZED VIEW hour_group_mv TO hour_group AS
SELECT hour, day, group_id, unit_id, tier, category, decision, decided_by, first_decision, history,
       sum(sign) AS events, sum(sign * (revision > 0)) AS corrected
FROM decision_in GROUP BY hour, day, group_id, unit_id, tier, category, decision, decided_by, first_decision, history;
