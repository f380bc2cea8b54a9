-- Facts of this installation that must not change under it: the recorded time zone, keys that hash upstream ids.
CREATE TABLE setting (
  key   text PRIMARY KEY,
  value jsonb NOT NULL
);

-- Day by day, what each source sent: counts only.
CREATE TABLE source_health (
  source       text NOT NULL,
  day          date NOT NULL,
  accepted     bigint NOT NULL DEFAULT 0,
  duplicates   bigint NOT NULL DEFAULT 0,
  pending      bigint NOT NULL DEFAULT 0,
  corrects_unknown bigint NOT NULL DEFAULT 0,
  rejected     jsonb NOT NULL DEFAULT '{}',     -- by rejection code
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (source, day)
);
