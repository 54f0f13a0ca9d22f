-- A workflow over many nodes, wave after wave.
CREATE TABLE fleet (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workflow text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  -- as it was said; which nodes it meant stands in fleet_node
  target text NOT NULL,
  -- JSON
  inputs text NOT NULL,
  options text NOT NULL,
  dry boolean NOT NULL DEFAULT false,
  -- how many nodes each wave has
  waves integer[] NOT NULL,
  -- it halts when more than so many percent of a wave's nodes have failed
  halt integer NOT NULL,
  pause_seconds integer NOT NULL,
  at_once integer NOT NULL,
  -- in the order of FleetStatus; below 4 it is open
  status smallint NOT NULL DEFAULT 0,
  -- the wave that is under way, from 1
  wave integer NOT NULL DEFAULT 1,
  not_before timestamptz,
  -- failures of this wave that somebody has let pass
  forgiven integer NOT NULL DEFAULT 0,
  reason text,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  finished timestamptz,
  idempotency_key text
);
CREATE INDEX fleet_open ON fleet (id) WHERE status < 4;
CREATE INDEX fleet_finished ON fleet (finished) WHERE status >= 4;
CREATE UNIQUE INDEX fleet_idempotency ON fleet (created_by, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

-- The nodes of a fleet run, in their order, and what came of each.
CREATE TABLE fleet_node (
  fleet bigint NOT NULL REFERENCES fleet ON DELETE CASCADE,
  place integer NOT NULL,
  node text COLLATE "C" NOT NULL,
  -- 0: left out from the beginning
  wave integer NOT NULL,
  run bigint,
  -- in the order of NodeOutcome
  outcome smallint NOT NULL DEFAULT 0,
  reason text,
  PRIMARY KEY (fleet, place)
) WITH (fillfactor = 70);
CREATE INDEX fleet_node_open ON fleet_node (fleet, wave) WHERE outcome < 2;
