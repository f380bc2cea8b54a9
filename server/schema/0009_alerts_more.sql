-- When its author and the roster's lead were told that nobody had read a note: once.
ALTER TABLE duty_handover ADD COLUMN told_at timestamptz;
