-- What can be held: machines, addresses, and whatever an operator declares.

-- Kinds that an operator declared, or shipped ones that it changed; shipped ones are not stored.
CREATE TABLE resource_kind (
  name text COLLATE "C" PRIMARY KEY,
  definition jsonb NOT NULL,
  changed timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL
);

CREATE TYPE address_range AS RANGE (subtype = inet);

-- No two networks and no two pools overlap, whoever writes at the same time.
CREATE TABLE address_network (
  name text COLLATE "C" PRIMARY KEY,
  -- the kind of resource that its addresses are
  kind text COLLATE "C" NOT NULL,
  prefix cidr NOT NULL,
  gateway inet,
  vlan integer CHECK (vlan BETWEEN 1 AND 4094),
  dns inet[] NOT NULL DEFAULT '{}',
  domain text,
  description text,
  version bigint NOT NULL DEFAULT 1,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  CONSTRAINT networks_do_not_overlap EXCLUDE USING gist (prefix inet_ops WITH &&)
);

CREATE TABLE address_pool (
  name text COLLATE "C" PRIMARY KEY,
  network text COLLATE "C" NOT NULL REFERENCES address_network,
  first inet NOT NULL,
  last inet NOT NULL CHECK (first <= last),
  -- the address after the last one that was looked at: below it every address that may be given out
  -- is a row of resource; null when the pool is through
  next inet,
  version bigint NOT NULL DEFAULT 1,
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  CONSTRAINT pools_do_not_overlap EXCLUDE USING gist (address_range(first, last, '[]') WITH &&)
);
CREATE INDEX address_pool_network ON address_pool (network);

-- Addresses that are never given out.
CREATE TABLE address_exclusion (
  network text COLLATE "C" NOT NULL REFERENCES address_network ON DELETE CASCADE,
  first inet NOT NULL,
  last inet NOT NULL CHECK (first <= last),
  reason text,
  PRIMARY KEY (network, first)
);

-- Addresses that somebody saw in use: leases of DHCP servers, until they end.
CREATE TABLE address_sighting (
  address inet NOT NULL,
  source text COLLATE "C" NOT NULL,
  mac text,
  until timestamptz NOT NULL,
  PRIMARY KEY (address, source)
);

CREATE TABLE resource (
  -- 24 hexadecimal digits, of which the first eight are the second in which it was made
  id text COLLATE "C" PRIMARY KEY DEFAULT
    lpad(to_hex(floor(extract(epoch FROM clock_timestamp()))::bigint), 8, '0')
    || right(replace(gen_random_uuid()::text, '-', ''), 16),
  kind text COLLATE "C" NOT NULL,
  -- the value of the kind's key field in the form in which it is unique
  key text COLLATE "C" NOT NULL,
  state text,
  owner text NOT NULL DEFAULT '',
  -- the other fields, and the key as it was written
  fields jsonb NOT NULL,
  -- the node that it is a view of, and how that was found: id, mac or hostname
  node text COLLATE "C" REFERENCES node ON DELETE SET NULL,
  linked_by text,
  address inet,
  network text COLLATE "C" REFERENCES address_network,
  pool text COLLATE "C" REFERENCES address_pool,
  -- whether its state is one of those from which its kind lets it be claimed
  claimable boolean NOT NULL,
  -- a place by chance in the order in which claims look: they rarely meet
  spread integer NOT NULL DEFAULT floor(random() * 2147483647)::integer,
  -- grows with every change: the ETag
  version bigint NOT NULL DEFAULT 1,
  created timestamptz NOT NULL DEFAULT now(),
  updated timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT resource_is_unique UNIQUE (kind, key)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
CREATE INDEX resource_free ON resource (kind, spread) WHERE claimable AND owner = '';
CREATE INDEX resource_free_address ON resource (pool, address)
  WHERE claimable AND owner = '' AND pool IS NOT NULL;
CREATE INDEX resource_address ON resource (address) WHERE address IS NOT NULL;
CREATE INDEX resource_network ON resource (network) WHERE network IS NOT NULL;
CREATE INDEX resource_owner ON resource (kind, owner) WHERE owner <> '';
CREATE INDEX resource_list ON resource (kind, id);
-- A node is one machine.
CREATE UNIQUE INDEX resource_of_node ON resource (kind, node) WHERE node IS NOT NULL;
CREATE INDEX resource_node ON resource (node) WHERE node IS NOT NULL;

-- Claims that wait or hold something.
CREATE TABLE claim (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  owner text NOT NULL CHECK (owner <> ''),
  reason text,
  -- what was asked for, as it was sent
  request jsonb NOT NULL,
  wanted integer NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'held', 'reclaiming')),
  -- keys of what it holds
  resources text[] NOT NULL DEFAULT '{}',
  made timestamptz NOT NULL DEFAULT now(),
  made_by text NOT NULL,
  made_role text NOT NULL,
  -- waiting ends then
  deadline timestamptz,
  since timestamptz,
  -- how long it holds once it does; null for a time that was named or for no end
  seconds bigint,
  until timestamptz,
  -- when to warn that it ends; null when that was done or there is no end
  warn timestamptz,
  -- why it waits, or what is said of its end
  detail text,
  request_key text COLLATE "C",
  request_digest bytea,
  version bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
CREATE UNIQUE INDEX claim_request ON claim (made_by, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX claim_waiting ON claim (kind, id) WHERE state = 'waiting';
CREATE INDEX claim_until ON claim (until) WHERE state = 'held' AND until IS NOT NULL;
CREATE INDEX claim_warn ON claim (warn) WHERE state = 'held' AND warn IS NOT NULL;

-- Who holds what. The primary key is what keeps a resource from having two holders.
CREATE TABLE holding (
  resource text COLLATE "C" PRIMARY KEY REFERENCES resource,
  claim bigint NOT NULL REFERENCES claim,
  -- what runs before it is free again, null while it is held
  reclaiming text
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
CREATE INDEX holding_claim ON holding (claim);

-- Claims that have ended.
CREATE TABLE claim_past (
  id bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  owner text NOT NULL,
  reason text,
  request jsonb NOT NULL,
  wanted integer NOT NULL,
  state text NOT NULL,
  resources text[] NOT NULL,
  made timestamptz NOT NULL,
  made_by text NOT NULL,
  since timestamptz,
  until timestamptz,
  ended timestamptz NOT NULL DEFAULT now(),
  ended_by text NOT NULL,
  detail text,
  request_key text COLLATE "C",
  request_digest bytea,
  version bigint NOT NULL
) PARTITION BY RANGE (ended);
CREATE INDEX claim_past_id ON claim_past (id);
CREATE INDEX claim_past_request ON claim_past (made_by, request_key) WHERE request_key IS NOT NULL;

-- The history of one thing is what the audit says of it.
CREATE INDEX audit_target ON audit (target, id);
