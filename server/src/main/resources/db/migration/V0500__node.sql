-- Machines. A node's id is pinned: it never changes, whatever its facts become.
CREATE TABLE node (
  id text COLLATE "C" PRIMARY KEY,
  standing text NOT NULL CHECK (standing IN ('pending', 'admitted', 'revoked')),
  protected boolean NOT NULL DEFAULT false,
  hostname text,
  agent_version text,
  -- how the id was found, for people
  id_reason text NOT NULL,
  -- the boot network that brought it, whose policy admits it
  network text,
  tags text[] NOT NULL DEFAULT '{}',
  site text,
  rack text,
  unit text,
  -- SHA-256 of the identity facts of the last admission: equal digest, nothing to recognise
  facts_digest bytea NOT NULL,
  -- boot ids that a newer boot has replaced, newest last, at most 8
  past_boots text[] NOT NULL DEFAULT '{}',
  -- grows with every change of standing, tags or location: the ETag
  version bigint NOT NULL DEFAULT 1,
  -- until then a claim without a known key is taken for this machine's
  readmit_until timestamptz,
  first_seen timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX node_hostname ON node (lower(hostname) text_pattern_ops);
CREATE INDEX node_tag ON node USING gin (tags);
CREATE INDEX node_waiting ON node (standing) WHERE standing <> 'admitted';

-- What a machine is recognised by. Two nodes may hold one value (a NIC that moved, a vendor's duplicate).
CREATE TABLE node_identifier (
  kind text NOT NULL CHECK (kind IN ('uuid', 'system-serial', 'board-serial', 'chassis-serial', 'mac', 'install')),
  value text COLLATE "C" NOT NULL,
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  -- the computed id that it came with: a split takes it out again by this
  origin text COLLATE "C" NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (value, kind, node)
);
CREATE INDEX node_identifier_node ON node_identifier (node);

-- Values that an operator found on several machines: they identify nobody any more.
CREATE TABLE shared_identifier (
  kind text NOT NULL,
  value text COLLATE "C" NOT NULL,
  declared timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (value, kind)
);

-- Computed ids that turned out to be a node with another pinned id.
CREATE TABLE node_alias (
  alias text COLLATE "C" PRIMARY KEY,
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  reason text NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX node_alias_node ON node_alias (node);

-- SHA-256 of the keys that speak for a node; one per installed system that runs on it.
CREATE TABLE node_key (
  hash bytea PRIMARY KEY,
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  origin text COLLATE "C" NOT NULL,
  -- what it was admitted by: enrolment-token:<id>, boot-ticket:<id>
  voucher text NOT NULL,
  created timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX node_key_node ON node_key (node);
CREATE INDEX node_key_voucher ON node_key (voucher);

-- Keys of deleted nodes: only a voucher that is younger brings them back.
CREATE TABLE retired_key (
  hash bytea PRIMARY KEY,
  retired timestamptz NOT NULL DEFAULT now()
);

-- Addresses that the inventory saw on a node, for lookup only: they prove nothing.
CREATE TABLE node_address (
  value text COLLATE "C" NOT NULL,
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('ip', 'mac')),
  PRIMARY KEY (value, node)
);
CREATE INDEX node_address_node ON node_address (node);

-- Presence: narrow, rewritten every few seconds, so that updates stay on their page.
CREATE SEQUENCE agent_epoch;
CREATE TABLE agent_session (
  node text COLLATE "C" PRIMARY KEY REFERENCES node ON DELETE CASCADE,
  epoch bigint NOT NULL DEFAULT 0,
  server text,
  server_incarnation text,
  boot_id text,
  incarnation text,
  session_number bigint NOT NULL DEFAULT 0,
  remote_address text,
  online boolean NOT NULL DEFAULT false,
  -- since when it is online or not
  since timestamptz NOT NULL DEFAULT now(),
  seen timestamptz,
  lost_reason text
) WITH (fillfactor = 60);
CREATE INDEX agent_session_address ON agent_session (remote_address);

-- Servers that hold sessions. started: this incarnation's start, or its return after a pause.
CREATE TABLE server_lease (
  server text PRIMARY KEY,
  incarnation text NOT NULL,
  started timestamptz NOT NULL DEFAULT now(),
  seen timestamptz NOT NULL DEFAULT now()
);

-- Two machines that claim one node.
CREATE TABLE node_conflict (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  -- digest of the other machine's facts
  rival bytea NOT NULL,
  reason text NOT NULL,
  holder jsonb NOT NULL,
  claimant jsonb NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now(),
  last_seen timestamptz NOT NULL DEFAULT now(),
  -- when both were found alive; until then it may be one machine that reboots
  confirmed timestamptz,
  resolved timestamptz
);
CREATE UNIQUE INDEX node_conflict_open ON node_conflict (node, rival) WHERE resolved IS NULL;

CREATE TABLE enrolment_token (
  id text COLLATE "C" PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  name text NOT NULL,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires timestamptz NOT NULL,
  max_uses integer CHECK (max_uses > 0),
  -- counted only where max_uses is set: a shared counter would make all joining agents queue
  uses integer NOT NULL DEFAULT 0,
  revoked timestamptz
);

CREATE TABLE boot_ticket (
  id text COLLATE "C" PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  mac text NOT NULL,
  address text NOT NULL,
  network text,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires timestamptz NOT NULL,
  used timestamptz,
  node text COLLATE "C"
);
CREATE INDEX boot_ticket_expires ON boot_ticket (expires);

CREATE TABLE boot_network (
  name text COLLATE "C" PRIMARY KEY,
  policy text NOT NULL CHECK (policy IN ('approve', 'known', 'auto'))
);

-- Machines that the policy `known` admits.
CREATE TABLE known_machine (
  kind text NOT NULL CHECK (kind IN ('mac', 'serial', 'uuid')),
  value text COLLATE "C" NOT NULL,
  note text,
  created timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (value, kind)
);

-- What other features may join: everything about a node beside its inventory.
CREATE VIEW node_attributes AS
SELECT n.id, n.standing, n.protected, n.hostname, n.agent_version, n.id_reason, n.network,
       n.tags, n.site, n.rack, n.unit, n.version, n.first_seen,
       ARRAY (SELECT a.alias FROM node_alias a WHERE a.node = n.id ORDER BY a.alias) AS aliases,
       s.online, s.since, s.seen AS last_seen,
       CASE WHEN NOT s.online THEN s.lost_reason END AS lost_reason,
       s.remote_address, s.boot_id, s.epoch
FROM node n JOIN agent_session s ON s.node = n.id;
