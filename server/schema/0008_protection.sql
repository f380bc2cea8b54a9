-- What shows that promises are kept: heads of the audit as they were told to somebody outside, exports that a second person
-- agreed to, and what retention deleted.

CREATE TABLE audit_head (
  day         date PRIMARY KEY,
  seq         bigint NOT NULL,
  hash        text NOT NULL,
  kept_at     timestamptz NOT NULL,
  received_at timestamptz,                      -- when the receiver answered that it has it
  attempts    integer NOT NULL DEFAULT 0,
  next_at     timestamptz NOT NULL
);
CREATE INDEX audit_head_waiting ON audit_head (next_at) WHERE received_at IS NULL;
-- A head that was kept stays as it is; only its delivery is noted.
CREATE FUNCTION audit_head_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR (NEW.day, NEW.seq, NEW.hash, NEW.kept_at) IS DISTINCT FROM (OLD.day, OLD.seq, OLD.hash, OLD.kept_at)
  THEN RAISE EXCEPTION 'audit_head is kept as it was'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_head_kept BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_is_kept();

CREATE TABLE audit_export (
  id           text PRIMARY KEY,
  filter       jsonb NOT NULL,
  reason       text NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'refused')),
  decided_by   text,
  decided_at   timestamptz,
  ends_at      timestamptz NOT NULL,            -- until then it may be decided on, or taken once approved
  CHECK (state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> requested_by))
);
CREATE INDEX audit_export_requested ON audit_export (requested_at);

CREATE INDEX audit_entry_action ON audit_entry (action, seq);
CREATE INDEX audit_entry_target ON audit_entry (target, seq);
CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);
CREATE INDEX audit_entry_at ON audit_entry (at);

CREATE TABLE retention_proof (
  day       date PRIMARY KEY,
  at        timestamptz NOT NULL,
  kept      boolean NOT NULL,
  lines     jsonb NOT NULL,
  digest    text NOT NULL,
  audit_seq bigint NOT NULL
);
