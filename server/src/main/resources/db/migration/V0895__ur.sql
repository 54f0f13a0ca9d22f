-- Agents of Ur, by what they call themselves: a UUID or a MAC, in lower case.
CREATE TABLE ur_agent (
  name text COLLATE "C" PRIMARY KEY,
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  -- what an agent of ours on that machine would be recognised by
  facts jsonb NOT NULL,
  uuid text,
  macs text[] NOT NULL,
  -- another one with each start that it tells
  boot_id text NOT NULL,
  incarnation text NOT NULL,
  -- whether it ever answered when it was asked whether it is there
  answers boolean NOT NULL DEFAULT false,
  heard timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ur_agent_node ON ur_agent (node);
CREATE INDEX ur_agent_macs ON ur_agent USING gin (macs);
CREATE INDEX ur_agent_uuid ON ur_agent (uuid);

-- What they were or are to be asked; gone when the job has the answer.
CREATE TABLE ur_request (
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  job bigint NOT NULL,
  attempt integer NOT NULL,
  request text COLLATE "C" NOT NULL UNIQUE,
  body text NOT NULL,
  timeout integer NOT NULL,
  -- written before it is said, so that nothing is said twice
  sent timestamptz,
  PRIMARY KEY (node, job)
);
CREATE INDEX ur_request_sent ON ur_request (sent);
