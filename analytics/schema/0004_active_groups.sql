-- Whether the group wrote that day: only then do others find company in it (analytics/src/privacy/settle.ts). Days that were
-- decided before this was kept count every group as having written.
ALTER TABLE group_visibility ADD COLUMN active UInt8 DEFAULT 1 AFTER shown_at;
