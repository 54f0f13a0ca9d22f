-- Agents of Mercury: what each said when it registered.
CREATE TABLE mercury_agent (
  node text COLLATE "C" PRIMARY KEY REFERENCES node ON DELETE CASCADE,
  -- rpc_address, rpc_port, ping_port, capabilities, active_since
  info jsonb NOT NULL,
  -- whether it is there, as far as the server knows that drives it
  active boolean NOT NULL,
  -- names the run of the agent that registered
  word text NOT NULL DEFAULT '',
  registered timestamptz NOT NULL DEFAULT now()
);

-- Jobs that were asked for in Mercury's way: one id of theirs, one job of ours for each kind of agent.
CREATE TABLE mercury_job (
  id text COLLATE "C" NOT NULL,
  job bigint NOT NULL,
  instruction jsonb NOT NULL,
  created timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, job)
);
CREATE INDEX mercury_job_job ON mercury_job (job);
CREATE INDEX mercury_job_created ON mercury_job (created, id);

-- What Mercury's agents are to do, from the task's acceptance until the job has its end.
CREATE TABLE mercury_request (
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  job bigint NOT NULL,
  attempt integer NOT NULL,
  method text NOT NULL,
  arguments jsonb NOT NULL,
  -- one of these at a time on a node
  serial boolean NOT NULL,
  -- seconds
  timeout integer NOT NULL,
  accepted timestamptz NOT NULL DEFAULT now(),
  committed boolean NOT NULL DEFAULT false,
  -- when it was sent, or may have been
  sent timestamptz,
  PRIMARY KEY (node, job)
);

-- The order in which documents came.
CREATE SEQUENCE mercury_sequence;
