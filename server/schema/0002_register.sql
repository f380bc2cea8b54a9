-- Register: units, groups, who answers for them. Membership of a unit or group is held by local day
-- (from_day inclusive, to_day exclusive, null = open), so that history stays where it happened.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE unit (
  id         text PRIMARY KEY,
  name       text NOT NULL,
  created_at timestamptz NOT NULL,
  closed_on  date
);

CREATE TABLE unit_parent (
  unit_id   text NOT NULL REFERENCES unit(id),
  parent_id text REFERENCES unit(id),          -- null: the root, which is the organisation
  from_day  date NOT NULL,
  to_day    date,
  CHECK (to_day IS NULL OR to_day > from_day),
  EXCLUDE USING gist (unit_id WITH =, daterange(from_day, to_day) WITH &&)
);

CREATE TABLE chat_group (
  id            text PRIMARY KEY,
  name          text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('staff', 'service', 'temporary', 'public')),
  platform      text NOT NULL DEFAULT '',
  purpose       text NOT NULL DEFAULT '',
  state         text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'filed', 'dissolved')),
  filed_on      date,
  informed_on   date,                           -- day on which members were informed: only later messages are taken
  informed_how  text NOT NULL DEFAULT '',
  dissolved_on  date,
  expires_on    date,
  next_review_on date,
  real_names_confirmed_on date,
  size          integer CHECK (size >= 0),
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);

CREATE TABLE group_unit (
  group_id text NOT NULL REFERENCES chat_group(id),
  unit_id  text NOT NULL REFERENCES unit(id),
  from_day date NOT NULL,
  to_day   date,
  CHECK (to_day IS NULL OR to_day > from_day),
  EXCLUDE USING gist (group_id WITH =, daterange(from_day, to_day) WITH &&)
);

-- Responsible administrators: a post, optionally the account that fills it. A group without an open row for 7 days is refused.
CREATE TABLE group_administrator (
  group_id text NOT NULL REFERENCES chat_group(id),
  post     text NOT NULL,
  user_id  text,
  from_day date NOT NULL,
  to_day   date,
  CHECK (to_day IS NULL OR to_day >= from_day)
);
CREATE INDEX group_administrator_group ON group_administrator (group_id);

-- Keys and tokens: the secret is shown once; only its hash is kept. `prefix` finds the row, the hash is compared in constant time.
CREATE TABLE ingest_key (
  id          text PRIMARY KEY,
  prefix      text NOT NULL UNIQUE,
  hash        text NOT NULL,
  source      text NOT NULL,
  unit_id     text NOT NULL REFERENCES unit(id),
  may_ingest  boolean NOT NULL DEFAULT true,
  may_read    boolean NOT NULL DEFAULT false,
  rate_per_second integer NOT NULL DEFAULT 50000,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz,
  revoked_at  timestamptz,
  last_used_at timestamptz
);

CREATE TABLE display_token (
  id          text PRIMARY KEY,
  prefix      text NOT NULL UNIQUE,
  hash        text NOT NULL,
  name        text NOT NULL,
  scope       text NOT NULL,                    -- org | unit:<id>
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz,
  revoked_at  timestamptz,
  last_used_at timestamptz
);

-- A role over a unit and everything below it.
CREATE TABLE role_grant (
  user_id    text NOT NULL,
  role       text NOT NULL CHECK (role IN ('display', 'duty', 'group-admin', 'unit-lead', 'communications', 'leader', 'auditor', 'sysadmin')),
  unit_id    text NOT NULL REFERENCES unit(id),
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, role, unit_id)
);

-- Append-only and hash-chained: hash = sha256(prev_hash || canonical JSON of the row).
CREATE TABLE audit_entry (
  seq       bigserial PRIMARY KEY,
  at        timestamptz NOT NULL,
  actor     text NOT NULL,                      -- account, key or token id, or 'cli'
  action    text NOT NULL,
  target    text NOT NULL,
  detail    jsonb NOT NULL DEFAULT '{}',
  prev_hash text NOT NULL,
  hash      text NOT NULL
);
CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();

-- Counts changes, so that every process notices within a second what another one changed, however it was changed.
CREATE TABLE change_counter (
  topic   text PRIMARY KEY,                     -- register: units, groups, administrators; access: keys, tokens, roles
  version bigint NOT NULL DEFAULT 0
);
INSERT INTO change_counter (topic) VALUES ('register'), ('access');
CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE change_counter SET version = version + 1 WHERE topic = TG_ARGV[0]; RETURN NULL; END $$;
CREATE TRIGGER unit_changed AFTER INSERT OR UPDATE OR DELETE ON unit
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('register');
CREATE TRIGGER unit_parent_changed AFTER INSERT OR UPDATE OR DELETE ON unit_parent
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('register');
CREATE TRIGGER chat_group_changed AFTER INSERT OR UPDATE OR DELETE ON chat_group
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('register');
CREATE TRIGGER group_unit_changed AFTER INSERT OR UPDATE OR DELETE ON group_unit
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('register');
CREATE TRIGGER group_administrator_changed AFTER INSERT OR UPDATE OR DELETE ON group_administrator
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('register');
CREATE TRIGGER role_grant_changed AFTER INSERT OR UPDATE OR DELETE ON role_grant
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('access');
-- last_used_at alone does not count: it changes while a key is used.
CREATE TRIGGER ingest_key_changed AFTER INSERT OR DELETE OR UPDATE OF hash, source, unit_id, may_ingest, may_read, rate_per_second, expires_at, revoked_at ON ingest_key
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('access');
CREATE TRIGGER display_token_changed AFTER INSERT OR DELETE OR UPDATE OF hash, name, scope, expires_at, revoked_at ON display_token
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('access');
