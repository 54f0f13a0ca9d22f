-- Addresses that were given to machines, or that one of them found in use. Rows stay when a lease has
-- ended, so that a machine gets its address again; a row changes hands only when it has ended.
CREATE TABLE boot_lease (
  -- one row and so one machine: this is what keeps an address from being given twice
  address inet PRIMARY KEY,
  network text COLLATE "C" NOT NULL,
  -- null: nobody's
  mac text COLLATE "C",
  until timestamptz NOT NULL,
  began timestamptz NOT NULL DEFAULT now(),
  renewed timestamptz NOT NULL DEFAULT now(),
  host_name text,
  -- the relay that brought the request, and the port that it named
  relay text,
  declined boolean NOT NULL DEFAULT false,
  CONSTRAINT one_address_in_a_network UNIQUE (network, mac)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
