-- What a node gets when it boots from the network. Shipped profiles are in the program, not here.
CREATE TABLE boot_profile (
  name text COLLATE "C" PRIMARY KEY,
  definition jsonb NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  changed timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE boot_assignment (
  node text COLLATE "C" PRIMARY KEY REFERENCES node ON DELETE CASCADE,
  profile text COLLATE "C" NOT NULL,
  once boolean NOT NULL,
  -- when a boot that is meant to happen once began: tries within a few minutes are the same boot
  used timestamptz,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now()
);

-- Ports that asked to boot, the newest word of each. Claims: nothing here is verified.
CREATE TABLE boot_port (
  mac text COLLATE "C" PRIMARY KEY,
  network text COLLATE "C" NOT NULL,
  address text,
  uuid text,
  architecture integer,
  seen timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX boot_port_address ON boot_port (address);
CREATE INDEX boot_port_seen ON boot_port (seen);

-- Every packet, file and script of each boot.
CREATE TABLE boot_record (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT now(),
  mac text COLLATE "C",
  node text COLLATE "C",
  network text COLLATE "C",
  kind text NOT NULL,
  text text NOT NULL,
  data jsonb NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX boot_record_mac ON boot_record (mac, id) WHERE mac IS NOT NULL;
CREATE INDEX boot_record_node ON boot_record (node, id) WHERE node IS NOT NULL;
