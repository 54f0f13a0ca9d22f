-- What begins runs by itself: a schedule, an event, or a node that matches for the first time.
CREATE TABLE trigger (
  name text COLLATE "C" PRIMARY KEY,
  -- JSON as it was given
  definition text NOT NULL,
  -- schedule, event or nodes
  kind text NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  revision integer NOT NULL DEFAULT 1,
  created timestamptz NOT NULL DEFAULT now(),
  changed timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL,
  -- since when it counts: what happened before is nothing to it
  since timestamptz NOT NULL DEFAULT now(),
  -- of a schedule: when next; of nodes: when all of them are looked at again; null: never
  next timestamptz,
  -- how often something was left out, and why the last time
  left_out bigint NOT NULL DEFAULT 0,
  trouble text
);
CREATE INDEX trigger_next ON trigger (next) WHERE enabled AND next IS NOT NULL;

-- The nodes that have matched.
CREATE TABLE trigger_node (
  trigger text COLLATE "C" NOT NULL REFERENCES trigger ON DELETE CASCADE,
  node text COLLATE "C" NOT NULL,
  time timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (trigger, node)
);

-- What each did, and what it did not do and why.
CREATE TABLE trigger_shot (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trigger text COLLATE "C" NOT NULL REFERENCES trigger ON DELETE CASCADE,
  time timestamptz NOT NULL DEFAULT now(),
  node text COLLATE "C",
  event bigint,
  run bigint,
  fleet bigint,
  -- why nothing was begun
  refusal text
);
CREATE INDEX trigger_shot_time ON trigger_shot (trigger, time);
CREATE INDEX trigger_shot_old ON trigger_shot (time);

-- How far the events were read; one row. Whoever has locked it reads on.
CREATE TABLE trigger_cursor (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  -- null: not yet
  position bigint
);
INSERT INTO trigger_cursor DEFAULT VALUES;
