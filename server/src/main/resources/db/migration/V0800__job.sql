-- What agents publish. Most nodes of a fleet publish one of a few lists.
CREATE TABLE capability_list (
  digest text COLLATE "C" PRIMARY KEY,
  -- JSON as the link carries it; text, because a schema may hold what jsonb refuses
  list text NOT NULL,
  stored timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE node_capability (
  node text COLLATE "C" PRIMARY KEY REFERENCES node ON DELETE CASCADE,
  digest text COLLATE "C" NOT NULL REFERENCES capability_list,
  -- the digest that the agent's hello says
  said text NOT NULL,
  stored timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX node_capability_digest ON node_capability (digest);

-- One call to every node that a target matched.
CREATE TABLE job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('running', 'finished', 'cancelled', 'stopped')),
  capability text NOT NULL,
  target text NOT NULL,
  -- JSON
  arguments text NOT NULL,
  -- whether each task has its own
  rendered boolean NOT NULL,
  -- as asked; null: the capability's own
  timeout_seconds integer,
  instruction text,
  preprocessor text,
  -- 0 interactive: goes first; 1 bulk
  priority smallint NOT NULL,
  -- at most so many tasks between offered and their end
  concurrency integer,
  canary integer,
  batch integer,
  stop_failures integer,
  stop_percent integer,
  retries smallint NOT NULL DEFAULT 0,
  -- how long a task waits for a node that is offline or busy
  expiry_seconds integer NOT NULL,
  reboots boolean NOT NULL,
  allow_protected boolean NOT NULL,
  total integer NOT NULL,
  -- tasks by where they are, in the order of JobCounts
  counts integer[] NOT NULL,
  -- tasks at positions before this may go; the rest waits for those to end
  window_end integer NOT NULL,
  -- how many of those have not ended
  window_open integer NOT NULL,
  -- grows with each change; a task carries that of its last one
  revision bigint NOT NULL DEFAULT 1,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  finished timestamptz,
  -- asked for: the rest is done by whoever drives the jobs
  cancel_reason text,
  stop_reason text,
  retry_of bigint,
  -- tasks whose end was told by an event of their own
  told smallint NOT NULL DEFAULT 0,
  progress_told timestamptz,
  idempotency_key text,
  request_digest bytea
) WITH (fillfactor = 50);
CREATE INDEX job_running ON job (id) WHERE state = 'running';
CREATE INDEX job_finished ON job (finished) WHERE state <> 'running';
CREATE UNIQUE INDEX job_idempotency ON job (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- What happens on one node. Rows are narrow: what it said is in task_output.
CREATE TABLE task (
  job bigint NOT NULL REFERENCES job ON DELETE CASCADE,
  node text COLLATE "C" NOT NULL,
  -- the order in which tasks may go: online nodes first
  position integer NOT NULL,
  -- 0 pending, 1 offered, 2 accepted, 3 running; ended: 4 succeeded, 5 failed, 6 timed out, 7 cancelled, 8 lost, 9 refused
  state smallint NOT NULL,
  -- what a pending one waits for: 0 its turn, 1 its node, 2 a busy node
  wait smallint,
  attempt smallint NOT NULL DEFAULT 1,
  offers smallint NOT NULL DEFAULT 0,
  timeout_seconds integer NOT NULL,
  -- when something happens to it if nothing else does
  deadline timestamptz,
  -- since when it waits as it does
  since timestamptz NOT NULL DEFAULT now(),
  -- the session that it was offered to, the process and boot that accepted it
  epoch bigint,
  incarnation text,
  boot_id text,
  cancel_reason text,
  -- why it ended so
  reason text,
  exit smallint,
  -- its end came from its node
  answered boolean NOT NULL DEFAULT false,
  -- everything of the streams before these offsets is stored or was left out
  stdout bigint NOT NULL DEFAULT 0,
  stderr bigint NOT NULL DEFAULT 0,
  stdout_dropped bigint NOT NULL DEFAULT 0,
  stderr_dropped bigint NOT NULL DEFAULT 0,
  offered timestamptz,
  accepted timestamptz,
  started timestamptz,
  finished timestamptz,
  -- an answer that came after the end, JSON
  late text,
  -- former attempts, JSON
  past text,
  revision bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (job, node)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX task_turn ON task (job, position) WHERE wait = 0;
CREATE INDEX task_open ON task (node) WHERE state < 4;

-- Arguments of a task where they differ from node to node.
CREATE TABLE task_arguments (
  job bigint NOT NULL,
  node text COLLATE "C" NOT NULL,
  -- null when the job is over and they were secret
  arguments text,
  -- without secrets, for people
  shown text NOT NULL,
  PRIMARY KEY (job, node),
  FOREIGN KEY (job, node) REFERENCES task ON DELETE CASCADE
);

-- Tasks that somebody wants to end, until whoever drives them has seen it.
CREATE TABLE task_cancel (
  job bigint NOT NULL,
  node text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (job, node),
  FOREIGN KEY (job, node) REFERENCES task ON DELETE CASCADE
);

-- What tasks wrote and returned.
CREATE TABLE task_output (
  time timestamptz NOT NULL DEFAULT now(),
  job bigint NOT NULL,
  node text COLLATE "C" NOT NULL,
  attempt smallint NOT NULL,
  -- 1 stdout, 2 stderr, 3 the result as JSON
  stream smallint NOT NULL,
  start bigint NOT NULL,
  -- bytes directly before these that were left out
  dropped bigint NOT NULL DEFAULT 0,
  bytes bytea NOT NULL,
  -- the job's when it was stored
  revision bigint NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX task_output_task ON task_output (job, node);
