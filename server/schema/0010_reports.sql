-- Reports: editions, and what people do with them. `content` holds released and floored figures only, no message text.
CREATE TABLE report (
  id              text PRIMARY KEY,
  kind            text NOT NULL CHECK (kind IN ('week', 'month', 'day', 'flash')),
  unit_id         text NOT NULL REFERENCES unit (id),   -- the root stands for the organisation
  period_key      text NOT NULL,
  state           text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'approved', 'issued', 'superseded')),
  year            integer,
  sequence        integer,
  created_at      timestamptz NOT NULL,
  created_by      text NOT NULL,                        -- account, or `plan` for a scheduled draft
  approved_at     timestamptz,
  approved_by     text,
  issued_at       timestamptz,
  issued_by       text,
  supersedes      text REFERENCES report (id),
  superseded_by   text REFERENCES report (id),
  correction_note text,
  content         jsonb NOT NULL,
  content_hash    text NOT NULL,
  -- Released cells that the figures rest on, kept with the edition although the store forgets them.
  cells           jsonb NOT NULL DEFAULT '[]',
  CHECK (approved_by IS NULL OR approved_by <> created_by),
  CHECK (state IN ('draft', 'approved') OR (sequence IS NOT NULL AND issued_at IS NOT NULL AND approved_by IS NOT NULL))
);
CREATE INDEX report_listed ON report (created_at DESC);
CREATE UNIQUE INDEX report_number ON report (kind, unit_id, year, sequence) WHERE sequence IS NOT NULL;
CREATE UNIQUE INDEX report_correction ON report (supersedes) WHERE supersedes IS NOT NULL;

-- Issued is frozen: afterwards only what supersedes it may be noted, and nothing is deleted.
CREATE FUNCTION report_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'an issued report is kept'; END IF;
  IF to_jsonb(NEW) - 'state' - 'superseded_by' <> to_jsonb(OLD) - 'state' - 'superseded_by' OR NEW.state NOT IN ('issued', 'superseded')
  THEN RAISE EXCEPTION 'an issued report is frozen'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER report_frozen BEFORE UPDATE OR DELETE ON report
  FOR EACH ROW WHEN (OLD.state IN ('issued', 'superseded')) EXECUTE FUNCTION report_is_frozen();

CREATE TABLE report_comment (
  id        text PRIMARY KEY,
  report_id text NOT NULL REFERENCES report (id) ON DELETE CASCADE,
  at        timestamptz NOT NULL,
  by        text NOT NULL,
  text      text NOT NULL CHECK (length(text) <= 600)
);
CREATE INDEX report_comment_report ON report_comment (report_id, at);

-- Circulation list (传阅) with read marks; receipts of flash briefs.
CREATE TABLE report_reader (
  report_id  text NOT NULL REFERENCES report (id) ON DELETE CASCADE,
  account_id text NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
  added_at   timestamptz NOT NULL,
  read_at    timestamptz,
  receipt_at timestamptz,
  PRIMARY KEY (report_id, account_id)
);

-- A leader's instruction (批示) or a task from a report.
CREATE TABLE report_action (
  id         text PRIMARY KEY,
  report_id  text REFERENCES report (id) ON DELETE SET NULL,
  scope_unit text NOT NULL REFERENCES unit (id),
  unit_id    text NOT NULL REFERENCES unit (id),
  role       text NOT NULL,
  account_id text REFERENCES auth_user (id) ON DELETE SET NULL,
  text       text NOT NULL CHECK (length(text) <= 600),
  due_on     date NOT NULL,
  state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'dropped')),
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  closed_at  timestamptz,
  closed_by  text,
  outcome    text CHECK (length(outcome) <= 600),
  CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX report_action_unit ON report_action (unit_id, created_at);

CREATE TABLE report_subscription (
  account_id text NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('week', 'month', 'day', 'flash')),
  unit_id    text NOT NULL REFERENCES unit (id),
  PRIMARY KEY (account_id, kind, unit_id)
);

-- When drafts are made and which role approves them. `done`: key of the newest period for which a draft was made.
CREATE TABLE report_plan (
  kind     text NOT NULL CHECK (kind IN ('week', 'month', 'day')),
  unit_id  text NOT NULL REFERENCES unit (id),
  enabled  boolean NOT NULL,
  at       text NOT NULL,
  workdays boolean NOT NULL,
  approver text NOT NULL CHECK (approver IN ('leader', 'communications', 'unit-lead')),
  done     text NOT NULL DEFAULT '',
  last_id  text REFERENCES report (id) ON DELETE SET NULL,
  set_at   timestamptz NOT NULL,
  PRIMARY KEY (kind, unit_id)
);

-- Reports leave through the outbox of alerts.
ALTER TABLE alert_delivery DROP CONSTRAINT alert_delivery_kind_check;
ALTER TABLE alert_delivery ADD CONSTRAINT alert_delivery_kind_check CHECK (kind IN ('page', 'resolved', 'reminder', 'code', 'report'));
