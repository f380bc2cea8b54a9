-- A version of the risk formula is switched on by two accounts: one asks for it after a replay, another one decides.

CREATE TABLE risk_proposal (
  id          bigserial PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('topic', 'unit', 'group')),
  version     text NOT NULL,
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'on', 'refused')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by  text,
  decided_at  timestamptz,
  -- Nobody decides what they asked for.
  CHECK (state = 'waiting' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
CREATE UNIQUE INDEX risk_proposal_waiting ON risk_proposal (kind) WHERE state = 'waiting';
