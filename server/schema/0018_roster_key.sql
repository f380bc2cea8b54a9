-- Says under which key the names were hashed. Null: under one that is derived from the installation's own, which this database
-- holds (setting event_hash_key). Names that are loaded from now on are hashed under a key in the data directory.
ALTER TABLE name_roster ADD COLUMN key_check bytea;
