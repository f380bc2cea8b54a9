-- Alerting: what is configured, the engine's world, what was sent. Ids, codes and numbers only; the one free text is a
-- person's note, filtered when saved and deleted with its alert.

-- Rules, policies, rosters and the calendar as versions. One version of each is active; nobody approves their own rule.
CREATE TABLE alerting_document (
  kind       text NOT NULL CHECK (kind IN ('rule', 'policy', 'roster', 'calendar')),
  id         text NOT NULL,
  version    integer NOT NULL,
  state      text NOT NULL CHECK (state IN ('proposed', 'active', 'refused', 'replaced')),
  body       jsonb NOT NULL,
  made_by    text NOT NULL,
  made_at    timestamptz NOT NULL,
  decided_by text,
  PRIMARY KEY (kind, id, version),
  CHECK (kind <> 'rule' OR state <> 'active' OR made_by = 'shipped' OR (decided_by IS NOT NULL AND decided_by <> made_by))
);
CREATE UNIQUE INDEX alerting_document_active ON alerting_document (kind, id) WHERE state = 'active';
CREATE UNIQUE INDEX alerting_document_proposed ON alerting_document (kind, id) WHERE state = 'proposed';
INSERT INTO change_counter (topic) VALUES ('alerting');
CREATE TRIGGER alerting_document_changed AFTER INSERT OR UPDATE OR DELETE ON alerting_document
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('alerting');

-- One evaluator: whoever holds the lease. A taker raises the epoch, so that a stalled holder's commit fails.
CREATE TABLE alert_evaluator (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    bigint NOT NULL DEFAULT 0,
  holder   text NOT NULL DEFAULT '',
  until    timestamptz NOT NULL DEFAULT '-infinity',
  reminded jsonb NOT NULL DEFAULT '[]',
  flooded  jsonb NOT NULL DEFAULT '[]'
);
INSERT INTO alert_evaluator DEFAULT VALUES;

CREATE TABLE alert_instance (
  key   text PRIMARY KEY,
  state jsonb NOT NULL
);

CREATE TABLE alert (
  id          text PRIMARY KEY,
  fingerprint text NOT NULL,
  status      text NOT NULL,
  level       text NOT NULL,
  origin      text NOT NULL,
  rule_id     text,
  unit_id     text NOT NULL,
  quiet       boolean NOT NULL,
  opened_at   timestamptz NOT NULL,
  resolved_at timestamptz,
  state       jsonb NOT NULL
);
CREATE INDEX alert_unresolved ON alert (opened_at) WHERE resolved_at IS NULL;
CREATE INDEX alert_resolved ON alert (resolved_at);
CREATE INDEX alert_fingerprint ON alert (fingerprint, opened_at);

CREATE TABLE alert_timeline (
  id       bigserial PRIMARY KEY,
  alert_id text NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
  at       timestamptz NOT NULL,
  code     text NOT NULL,
  by       text,
  data     jsonb NOT NULL
);
CREATE INDEX alert_timeline_alert ON alert_timeline (alert_id, id);

CREATE TABLE alert_note (
  id       text PRIMARY KEY,
  alert_id text NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
  at       timestamptz NOT NULL,
  by       text NOT NULL,
  text     text NOT NULL CHECK (length(text) <= 500)
);
CREATE INDEX alert_note_alert ON alert_note (alert_id);

CREATE TABLE alert_silence (
  id    text PRIMARY KEY,
  until timestamptz NOT NULL,
  state jsonb NOT NULL
);

-- One episode of an alert, for how alerting itself does. Rosters that its policy names; never who.
CREATE TABLE alert_episode (
  alert_id        text NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
  episode         integer NOT NULL,
  key             text NOT NULL,               -- rule id, by-hand, flood, drill
  rosters         text[] NOT NULL,
  opened_at       timestamptz NOT NULL,
  acknowledged_at timestamptz,
  resolved_at     timestamptz,
  steps           integer NOT NULL,
  outcome         text,
  PRIMARY KEY (alert_id, episode)
);
CREATE INDEX alert_episode_opened ON alert_episode (opened_at);

-- The outbox: written in the transaction that decided it. `id` is the webhook id of every attempt.
CREATE TABLE alert_delivery (
  id         text PRIMARY KEY,
  seq        bigserial,
  alert_id   text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('page', 'resolved', 'reminder', 'code')),
  lane       text NOT NULL,
  account_id text NOT NULL,
  channel    text NOT NULL,
  payload    jsonb NOT NULL,
  queued_at  timestamptz NOT NULL,
  attempts   integer NOT NULL DEFAULT 0,
  next_at    timestamptz NOT NULL,
  status     text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'withdrawn', 'failed')),
  settled_at timestamptz
);
CREATE INDEX alert_delivery_queued ON alert_delivery (lane, seq) WHERE status = 'queued';
CREATE INDEX alert_delivery_alert ON alert_delivery (alert_id);

-- What the in-app channel has delivered and nobody has seen yet.
CREATE TABLE in_app_page (
  id         text PRIMARY KEY,
  account_id text NOT NULL,
  alert_id   text NOT NULL,
  at         timestamptz NOT NULL,
  seen_at    timestamptz
);
CREATE INDEX in_app_page_unseen ON in_app_page (account_id) WHERE seen_at IS NULL;

-- Where an account can be reached besides in-app. `code_hash`: what was sent there to prove it, until it is typed.
CREATE TABLE account_channel (
  account_id  text NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
  channel     text NOT NULL,
  address     text NOT NULL,
  secret      text NOT NULL DEFAULT '',
  external    boolean NOT NULL DEFAULT true,
  verified_at timestamptz,
  disabled_at timestamptz,
  code_hash   text,
  code_until  timestamptz,
  code_tries  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, channel)
);
CREATE TRIGGER account_channel_changed AFTER INSERT OR DELETE OR UPDATE OF address, verified_at, disabled_at ON account_channel
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('alerting');

CREATE TABLE duty_handover (
  id        text PRIMARY KEY,
  roster_id text NOT NULL,
  by        text NOT NULL,
  at        timestamptz NOT NULL,
  text      text NOT NULL CHECK (length(text) <= 500),
  read_by   text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX duty_handover_roster ON duty_handover (roster_id, at);
