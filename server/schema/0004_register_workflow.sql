-- How groups of a kind are filed and kept, as data. Offices are units; null: the unit above the group's own.
CREATE TABLE group_policy (
  kind          text PRIMARY KEY CHECK (kind IN ('staff', 'service', 'temporary', 'public')),
  filing        text NOT NULL CHECK (filing IN ('report', 'approve', 'exempt')),
  office_id     text REFERENCES unit (id),      -- in charge: approves, or is reported to
  copy_to_id    text REFERENCES unit (id),      -- gets a copy of each return
  size_cap      integer CHECK (size_cap > 0),
  review_months integer CHECK (review_months > 0),
  updated_at    timestamptz NOT NULL DEFAULT now()
);
INSERT INTO group_policy (kind, filing, size_cap, review_months) VALUES
  ('staff', 'report', 150, 12), ('service', 'approve', 150, 6), ('temporary', 'exempt', 150, NULL), ('public', 'approve', NULL, 12);

CREATE TABLE group_name (
  group_id text NOT NULL REFERENCES chat_group (id) ON DELETE CASCADE,
  name     text NOT NULL,
  until    timestamptz NOT NULL                  -- it was called so until then
);
CREATE INDEX group_name_group ON group_name (group_id);
-- However a group is renamed (page, import, command), the name before is kept.
CREATE FUNCTION keep_group_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO group_name (group_id, name, until) VALUES (OLD.id, OLD.name, NEW.updated_at); RETURN NULL; END $$;
CREATE TRIGGER chat_group_renamed AFTER UPDATE OF name ON chat_group
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION keep_group_name();

-- Steps of filing and dissolving, in order.
CREATE TABLE group_filing (
  id       bigserial PRIMARY KEY,
  group_id text NOT NULL REFERENCES chat_group (id) ON DELETE CASCADE,
  step     text NOT NULL CHECK (step IN ('submit', 'approve', 'return', 'dissolve')),
  at       timestamptz NOT NULL,
  actor    text NOT NULL,
  note     text NOT NULL DEFAULT ''
);
CREATE INDEX group_filing_group ON group_filing (group_id);

-- What the register still lacks. One open row for a group and code; closed rows stay as history.
CREATE TABLE group_finding (
  group_id  text NOT NULL REFERENCES chat_group (id) ON DELETE CASCADE,
  code      text NOT NULL,
  owner     text NOT NULL,                       -- post that has to mend it
  opened_on date NOT NULL,
  due_on    date NOT NULL,
  state     text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'in-progress', 'closed')),
  note      text NOT NULL DEFAULT '',
  closed_on date,
  PRIMARY KEY (group_id, code, opened_on)
);
CREATE UNIQUE INDEX group_finding_open ON group_finding (group_id, code) WHERE closed_on IS NULL;
CREATE INDEX group_unit_unit ON group_unit (unit_id) WHERE to_day IS NULL;
