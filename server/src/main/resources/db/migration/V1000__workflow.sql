-- Workflows and their versions; a version never changes.
CREATE TABLE workflow (
  name text COLLATE "C" PRIMARY KEY,
  -- the version that new runs take
  latest integer NOT NULL,
  changed timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL
);
CREATE TABLE workflow_version (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL REFERENCES workflow,
  version integer NOT NULL,
  -- JSON as it was given; text, so that it stays as it was
  definition text NOT NULL,
  -- stored, shipped or rackhd
  origin text NOT NULL,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  UNIQUE (name, version)
);

-- One execution of a version, against one node or none.
CREATE TABLE run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version bigint NOT NULL REFERENCES workflow_version,
  node text COLLATE "C",
  -- 0 running, 1 paused; ended: 2 succeeded, 3 failed, 4 cancelled
  status smallint NOT NULL DEFAULT 0,
  -- when it is looked at next; null: only somebody or something else moves it
  due timestamptz DEFAULT now(),
  -- JSON
  inputs text NOT NULL,
  options text NOT NULL,
  -- the run that no other began, itself perhaps; locks are its
  root bigint,
  parent bigint,
  parent_step smallint,
  depth smallint NOT NULL DEFAULT 0,
  -- begun by a deadline of that run
  escalation_of bigint,
  fleet bigint,
  dry boolean NOT NULL DEFAULT false,
  -- makes the tokens of its callbacks
  secret bytea NOT NULL,
  cancel_reason text,
  paused_at timestamptz,
  reason text,
  -- why it could not be moved the last time, where that is so
  trouble text,
  revision bigint NOT NULL DEFAULT 1,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  finished timestamptz,
  idempotency_key text
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX run_due ON run (due) WHERE due IS NOT NULL;
CREATE INDEX run_open ON run (id) WHERE status < 2;
CREATE INDEX run_finished ON run (finished) WHERE status >= 2;
CREATE INDEX run_node ON run (node, id) WHERE node IS NOT NULL;
CREATE INDEX run_version ON run (version, id);
CREATE INDEX run_parent ON run (parent) WHERE parent IS NOT NULL;
CREATE INDEX run_escalation ON run (escalation_of) WHERE escalation_of IS NOT NULL AND status < 2;
CREATE INDEX run_fleet ON run (fleet, id) WHERE fleet IS NOT NULL;
CREATE UNIQUE INDEX run_idempotency ON run (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- A step of a run that is no longer pending; by its place in the workflow.
CREATE TABLE run_step (
  run bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  step smallint NOT NULL,
  -- in the order of StepStatus
  status smallint NOT NULL,
  attempt integer NOT NULL,
  base integer NOT NULL,
  fence bigint NOT NULL,
  since timestamptz NOT NULL,
  began timestamptz,
  attempt_began timestamptz,
  -- when something happens by itself: a look, the end of a lease or of a pause
  due timestamptz,
  deadline timestamptz,
  level smallint NOT NULL,
  waits_for text,
  -- what wakes it
  key text COLLATE "C",
  -- JSON
  memory text,
  result text,
  reason text,
  -- the server that acts, for people
  owner text,
  PRIMARY KEY (run, step)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX run_step_key ON run_step (key) WHERE key IS NOT NULL;

-- Runs that are to be looked at because of something else. Rows are only added and taken, so that
-- nobody waits for a run that is being moved.
CREATE TABLE run_wake (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run bigint NOT NULL,
  -- null: look; cancel: end it
  ask text,
  reason text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX run_wake_run ON run_wake (run);

-- What runs hold against others: node (the whole run, one at a time), acts (a destructive step on
-- a node), group (a step of a group).
CREATE TABLE run_hold (
  kind text NOT NULL CHECK (kind IN ('node', 'acts', 'group')),
  key text COLLATE "C" NOT NULL,
  run bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  -- -1: the run itself
  step smallint NOT NULL,
  root bigint NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, key, run, step)
);
CREATE INDEX run_hold_run ON run_hold (run);

-- What was called back, kept until its step asks for it.
CREATE TABLE run_callback (
  run bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  step smallint NOT NULL,
  time timestamptz NOT NULL DEFAULT now(),
  body text NOT NULL,
  taken boolean NOT NULL DEFAULT false,
  PRIMARY KEY (run, step)
);

-- Every change of a step or run.
CREATE TABLE run_timeline (
  time timestamptz NOT NULL DEFAULT now(),
  number bigint GENERATED ALWAYS AS IDENTITY,
  run bigint NOT NULL,
  -- null: the run itself
  step text,
  was text NOT NULL,
  now text NOT NULL,
  attempt integer NOT NULL,
  reason text
) PARTITION BY RANGE (time);
CREATE INDEX run_timeline_run ON run_timeline (run, number);
