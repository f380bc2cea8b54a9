-- The register at work: the end of a group is filed too, posts are filled by accounts, how busy a group is.

ALTER TABLE group_policy ADD COLUMN dissolution text NOT NULL DEFAULT 'report' CHECK (dissolution IN ('report', 'approve', 'exempt'));
UPDATE group_policy SET dissolution = 'exempt' WHERE kind = 'temporary';
-- The end of the group was submitted on this day and waits for the office; events are taken until it is decided.
ALTER TABLE chat_group ADD COLUMN dissolving_since date CHECK (dissolving_since IS NULL OR state = 'filed');

ALTER TABLE group_filing DROP CONSTRAINT group_filing_step_check;
ALTER TABLE group_filing ADD CONSTRAINT group_filing_step_check
  CHECK (step IN ('submit', 'approve', 'return', 'dissolve', 'approve-end', 'return-end'));

-- From days on which the group was large enough to be shown alone; a group that never was counts as light.
CREATE TABLE group_activity (
  group_id text PRIMARY KEY REFERENCES chat_group (id) ON DELETE CASCADE,
  tier     text NOT NULL CHECK (tier IN ('key', 'regular', 'light')),
  messages bigint NOT NULL,                     -- over these days
  days     smallint NOT NULL,                   -- of the last 30
  day      date NOT NULL
);
CREATE INDEX group_activity_tier ON group_activity (tier);

-- Which key this one came for; while both are live the source changes over.
ALTER TABLE ingest_key ADD COLUMN replaces text REFERENCES ingest_key (id);
ALTER TABLE display_token ADD COLUMN privacy_class text NOT NULL DEFAULT 'words' CHECK (privacy_class IN ('counts', 'words'));

CREATE INDEX group_finding_due ON group_finding (due_on, group_id, code) WHERE closed_on IS NULL;
CREATE INDEX group_administrator_user ON group_administrator (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX chat_group_kind_state ON chat_group (kind, state);

-- Who answers for a unit, and which office is in charge of its groups and those below where no policy says otherwise.
ALTER TABLE unit ADD COLUMN lead_post text NOT NULL DEFAULT '' CHECK (length(lead_post) <= 60);
ALTER TABLE unit ADD COLUMN office_id text REFERENCES unit (id);
