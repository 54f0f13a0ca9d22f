-- Views that people made; those that come with the server are not stored. json, not jsonb: the order of a sort's keys counts.
CREATE TABLE inventory_view (
  name text COLLATE "C" PRIMARY KEY,
  definition json NOT NULL,
  changed timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL
);
