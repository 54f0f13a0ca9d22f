-- Roles beside the built-in ones: what their principals may read and write, and of which nodes.
CREATE TABLE access_role (
  name text COLLATE "C" PRIMARY KEY CHECK (name NOT IN ('admin', 'operator', 'reader')),
  -- the built-in role whose verbs it has
  base text NOT NULL CHECK (base IN ('operator', 'reader')),
  -- a filter of the inventory; null for all nodes
  nodes jsonb,
  -- granted paths
  read text[] NOT NULL,
  write text[] NOT NULL,
  description text,
  -- grows with each change: the ETag
  version bigint NOT NULL DEFAULT 1,
  changed timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL
);

-- A token names a built-in role or one of these; deleting a role looks for its tokens first.
ALTER TABLE token DROP CONSTRAINT token_role_check;
CREATE INDEX token_role ON token (role) WHERE revoked IS NULL;
