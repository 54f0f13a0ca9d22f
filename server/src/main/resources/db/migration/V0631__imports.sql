-- What agents last said of the fields of a section: counters and readings make no change whoever writes them.
CREATE TABLE inventory_section_class (
  name text COLLATE "C" PRIMARY KEY,
  classes jsonb NOT NULL
);

-- Made by an import, before any agent came: the first machine whose facts give this id is this node.
ALTER TABLE node ADD imported boolean NOT NULL DEFAULT false;
