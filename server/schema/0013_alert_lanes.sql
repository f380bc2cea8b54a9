-- Who sends to a destination now, and when messages left it in the last minute: one process at a time, with one limit for
-- all. Times of `sent` are ms since epoch by the clock of the sender; `until` is the database's own.
CREATE TABLE alert_lane (
  lane   text PRIMARY KEY,
  holder text NOT NULL,
  until  timestamptz NOT NULL,
  sent   double precision[] NOT NULL DEFAULT '{}'
);

-- A code that was sent is kept nowhere in clear.
UPDATE alert_delivery SET payload = payload - 'code' WHERE kind = 'code' AND status <> 'queued';

-- What ended long ago is deleted by the daily round (protection/retention.ts), which looks for it by these.
CREATE INDEX alert_delivery_settled ON alert_delivery (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX in_app_page_at ON in_app_page (at);
