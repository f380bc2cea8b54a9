-- What people add to the analysis: the organisation's own words, the roster of names kept out, the calibration of mood,
-- answers to topics, marks of duty officers, and which risk formula is switched on. No message text anywhere.

CREATE TABLE vocabulary_entry (
  id          serial PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('gazetteer', 'approved')),
  spelling    text NOT NULL,
  type        text CHECK (type IN ('place', 'facility', 'product', 'service')),
  synonyms    text[] NOT NULL DEFAULT '{}',
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'active', 'refused', 'removed')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by  text,
  decided_at  timestamptz,
  CHECK ((kind = 'gazetteer') = (type IS NOT NULL)),
  -- Nobody approves an entry of their own.
  CHECK (state <> 'active' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
CREATE UNIQUE INDEX vocabulary_entry_spelling ON vocabulary_entry (spelling) WHERE state IN ('waiting', 'active');

-- Keyed hashes only; the key is derived from the installation's own, which lies outside this database.
CREATE TABLE name_roster (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  hashes     bytea NOT NULL,
  starts     bytea NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE sentiment_calibration (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  calibration jsonb NOT NULL,
  made_by     text NOT NULL,
  made_at     timestamptz NOT NULL
);

CREATE TABLE topic_answer (
  id        bigserial PRIMARY KEY,
  topic_id  text NOT NULL,
  unit_id   text NOT NULL,              -- answered for this unit and everything below
  at        timestamptz NOT NULL,
  actor     text NOT NULL,
  note      text NOT NULL CHECK (length(note) <= 600)
);
CREATE INDEX topic_answer_topic ON topic_answer (topic_id);

-- Which shown topics parted or flowed together.
CREATE TABLE topic_link (
  kind    text NOT NULL CHECK (kind IN ('split', 'merge')),
  from_id text NOT NULL,
  into_id text NOT NULL,
  at      timestamptz NOT NULL,
  PRIMARY KEY (kind, from_id, into_id)
);

CREATE TABLE risk_mark (
  id      bigserial PRIMARY KEY,
  kind    text NOT NULL CHECK (kind IN ('topic', 'unit', 'group')),
  subject text NOT NULL,
  at      timestamptz NOT NULL,
  actor   text NOT NULL,
  score   real NOT NULL,
  needed  boolean NOT NULL
);
CREATE INDEX risk_mark_kind ON risk_mark (kind, at);

CREATE TABLE risk_formula (
  kind        text PRIMARY KEY CHECK (kind IN ('topic', 'unit', 'group')),
  version     text NOT NULL,
  switched_by text NOT NULL,
  switched_at timestamptz NOT NULL
);
CREATE TABLE risk_replay (
  version text NOT NULL,
  at      timestamptz NOT NULL,
  actor   text NOT NULL
);
