-- The last result of each plugin of a node. A run that failed leaves the value that was there.
CREATE TABLE plugin_result (
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  -- when it arrived, and when it began by the node's clock
  time timestamptz NOT NULL DEFAULT now(),
  node_time timestamptz,
  milliseconds bigint,
  exit integer,
  error text,
  format text NOT NULL,
  -- agent, or the protocol of another system
  source text NOT NULL,
  -- that asked for it; null: its schedule did
  job bigint,
  -- the last output if it is not of its format
  raw text,
  value jsonb,
  value_time timestamptz,
  -- SHA-256 of the value as it was written
  digest bytea,
  -- when the history last got the whole value
  whole timestamptz,
  PRIMARY KEY (node, name)
);

-- Every run; one that said what the run before said has no value, but for the first of a day.
CREATE SEQUENCE plugin_history_number;
CREATE TABLE plugin_history (
  time timestamptz NOT NULL DEFAULT now(),
  number bigint NOT NULL DEFAULT nextval('plugin_history_number'),
  node text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  node_time timestamptz,
  milliseconds bigint,
  exit integer,
  error text,
  format text NOT NULL,
  source text NOT NULL,
  job bigint,
  raw text,
  value jsonb,
  changed boolean NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX plugin_history_node ON plugin_history (node, name, number);

-- The stores on nodes that results come from, and the last that came from each.
CREATE TABLE plugin_origin (
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  origin text COLLATE "C" NOT NULL,
  last text NOT NULL,
  seen timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (node, origin)
);
