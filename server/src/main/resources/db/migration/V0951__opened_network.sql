-- Networks that an administrator opened for booting while a server ran, for its next start.
CREATE TABLE boot_opened_network (
  name text COLLATE "C" PRIMARY KEY,
  network_interface text NOT NULL,
  -- whose interface it is
  machine text NOT NULL,
  opened_by text NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT now()
);
