-- Where events are posted to.
CREATE TABLE webhook (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  url text NOT NULL,
  -- in the clear, since it has to sign; it is never shown again
  secret text NOT NULL,
  -- empty means all
  types text[] NOT NULL DEFAULT '{}',
  severity text CHECK (severity IN ('information', 'warning', 'critical')),
  type_ids text[] NOT NULL DEFAULT '{}',
  nodes jsonb,
  batch integer NOT NULL DEFAULT 1 CHECK (batch BETWEEN 1 AND 100),
  paused boolean NOT NULL DEFAULT false,
  -- grows with every change: the ETag, and what tells its sender that it changed
  version bigint NOT NULL DEFAULT 1,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL
);

-- How far each is. Every event up to the position is settled: delivered, not wanted, dead, or in
-- webhook_waiting.
CREATE TABLE webhook_progress (
  webhook bigint PRIMARY KEY REFERENCES webhook ON DELETE CASCADE,
  position bigint NOT NULL,
  -- the server process that sends for it, until when, and a number that grows with each taking
  owner text,
  lease timestamptz NOT NULL DEFAULT '-infinity',
  fence bigint NOT NULL DEFAULT 0,
  delivered bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  dead bigint NOT NULL DEFAULT 0,
  lost bigint NOT NULL DEFAULT 0,
  last_success timestamptz,
  last_failure timestamptz,
  last_error text,
  -- when its last event of dead letters was written: one an hour
  dead_told timestamptz
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Events that failed and are sent again, and those that wait behind them. Of the rows of a lane (a
-- node; '' for events of none) the one with "due" is sent next, the others have none.
CREATE TABLE webhook_waiting (
  webhook bigint NOT NULL REFERENCES webhook ON DELETE CASCADE,
  position bigint NOT NULL,
  lane text COLLATE "C" NOT NULL,
  event jsonb NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  attempt integer NOT NULL DEFAULT 0,
  due timestamptz,
  reason text,
  status integer,
  PRIMARY KEY (webhook, position)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX webhook_waiting_due ON webhook_waiting (webhook, due) WHERE due IS NOT NULL;
CREATE INDEX webhook_waiting_lane ON webhook_waiting (webhook, lane, position);

-- What was given up, to be looked at and replayed.
CREATE TABLE webhook_dead (
  webhook bigint NOT NULL,
  position bigint NOT NULL,
  died timestamptz NOT NULL DEFAULT now(),
  event jsonb NOT NULL,
  attempt integer NOT NULL,
  reason text NOT NULL,
  status integer
) PARTITION BY RANGE (died);

CREATE INDEX webhook_dead_letter ON webhook_dead (webhook, position);

-- Every attempt of the last days, for whoever looks for a fault.
CREATE TABLE webhook_attempt (
  id bigint GENERATED ALWAYS AS IDENTITY,
  time timestamptz NOT NULL DEFAULT now(),
  webhook bigint NOT NULL,
  position bigint NOT NULL,
  kind text NOT NULL,
  node_id text,
  attempt integer NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('delivered', 'failed', 'dead')),
  status integer,
  reason text,
  millis integer NOT NULL
) PARTITION BY RANGE (time);

CREATE INDEX webhook_attempt_of ON webhook_attempt (webhook, id);
