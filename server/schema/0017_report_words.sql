-- Released words do not outlive their time in reports: a draft that nobody issued goes with the words it was made of, and the
-- cells kept with an edition end too (null: dropped). What an issued edition states stays as it is.
ALTER TABLE report ALTER COLUMN cells DROP NOT NULL;
ALTER TABLE report ALTER COLUMN cells DROP DEFAULT;
-- When the content was read last: of a draft that is refreshed, then.
ALTER TABLE report ADD COLUMN made_at timestamptz NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION report_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'an issued report is kept'; END IF;
  IF to_jsonb(NEW) - 'state' - 'superseded_by' - 'cells' <> to_jsonb(OLD) - 'state' - 'superseded_by' - 'cells'
    OR (NEW.cells IS NOT NULL AND NEW.cells IS DISTINCT FROM OLD.cells)
    OR NEW.state NOT IN ('issued', 'superseded')
  THEN RAISE EXCEPTION 'an issued report is frozen'; END IF;
  RETURN NEW;
END $$;
