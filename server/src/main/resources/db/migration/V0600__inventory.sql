-- One document of hardware facts per node, as its sources describe it now.
CREATE TABLE inventory (
  node text COLLATE "C" PRIMARY KEY REFERENCES node ON DELETE CASCADE,
  doc jsonb NOT NULL,
  -- the values at the declared paths: see the class Facets
  facet jsonb NOT NULL,
  -- grows with every write of the document: the ETag
  revision bigint NOT NULL,
  -- when an identity or config field last differed
  changed timestamptz NOT NULL,
  -- what lists show, so that they need not open the documents
  vendor text,
  model text,
  serial text,
  cpu_model text,
  cpu_cores integer,
  memory_bytes bigint,
  disk_bytes bigint
);
CREATE INDEX inventory_facet ON inventory USING gin (facet jsonb_path_ops);

-- What each source last said of each section.
CREATE TABLE inventory_section (
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  source text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  -- of the last report, without counters and readings: equal digest, nothing to send
  digest bytea NOT NULL,
  -- of the content that is kept, counters and readings included; null while there is none
  content_hash bytea,
  incarnation text NOT NULL,
  sequence bigint NOT NULL,
  epoch bigint NOT NULL,
  -- when a report last brought or confirmed the content
  collected timestamptz,
  -- the last report, by the server's clock and by the node's
  reported timestamptz NOT NULL,
  node_time timestamptz,
  -- why the last report has no content, or what is missing in it, and since when
  failure text,
  failed_since timestamptz,
  PRIMARY KEY (node, source, name)
) WITH (fillfactor = 80);

-- What was before each change.
CREATE TABLE inventory_history (
  time timestamptz NOT NULL DEFAULT now(),
  node text COLLATE "C" NOT NULL,
  -- of the document that the change led to
  revision bigint NOT NULL,
  source text NOT NULL,
  change text NOT NULL,
  sections text[] NOT NULL,
  -- RFC 6902 operations that lead back to the document before
  undo jsonb NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX inventory_history_node ON inventory_history (node, time);
