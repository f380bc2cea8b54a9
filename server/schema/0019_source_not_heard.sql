-- A source of which only imports are known was never heard.
ALTER TABLE source_health ALTER COLUMN last_seen_at DROP NOT NULL;
