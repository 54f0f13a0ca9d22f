-- How far events have gone to the broker's exchange, for each part of the nodes. Every event of the
-- part up to the position was confirmed by the broker.
CREATE TABLE event_relay (
  part smallint PRIMARY KEY,
  position bigint NOT NULL,
  -- the server process that relays it, until when, and a number that grows with each taking
  owner text,
  lease timestamptz NOT NULL DEFAULT '-infinity',
  fence bigint NOT NULL DEFAULT 0,
  lost bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The server processes that relay, so that each takes its share.
CREATE TABLE event_relay_server (
  owner text PRIMARY KEY,
  seen timestamptz NOT NULL DEFAULT now()
);
