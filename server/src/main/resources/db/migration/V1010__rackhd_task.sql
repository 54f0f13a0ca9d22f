-- Task definitions of RackHD, as they were given; graphs refer to them by name.
CREATE TABLE rackhd_task (
  name text COLLATE "C" PRIMARY KEY,
  definition text NOT NULL,
  changed timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL
);
