-- The history of a node is a chain: its rows are numbered without gaps, each leads back to the document before.
ALTER TABLE inventory_history
  ADD number bigint NOT NULL DEFAULT 0,
  -- there was no document before
  ADD first boolean NOT NULL DEFAULT false,
  -- there is no document after, until the node's next first one: it was merged into another node
  ADD ended boolean NOT NULL DEFAULT false,
  ADD severity text NOT NULL DEFAULT 'information',
  -- where it differs, without indexes
  ADD paths text[] NOT NULL DEFAULT '{}',
  -- what it means, the worst first, and how much of that was left out
  ADD what jsonb NOT NULL DEFAULT '[]',
  ADD more integer NOT NULL DEFAULT 0,
  -- every so many rows the whole document before, so that a way back is never long
  ADD keyframe jsonb;
UPDATE inventory_history h SET number = n.number, first = n.number = 1
FROM (SELECT node, revision, row_number() OVER (PARTITION BY node ORDER BY revision) AS number FROM inventory_history) AS n
WHERE h.node = n.node AND h.revision = n.revision;

ALTER TABLE inventory ADD changes bigint NOT NULL DEFAULT 0;
UPDATE inventory i SET changes = n.number, changed = greatest(i.changed, n.time)
FROM (SELECT node, max(number) AS number, max(time) AS time FROM inventory_history GROUP BY node) AS n WHERE n.node = i.node;

-- Which fields of the content are counters and readings; null for none.
ALTER TABLE inventory_section ADD classes text;

-- Chains that ended, so that numbers go on if the node comes back.
CREATE TABLE inventory_ended (
  node text COLLATE "C" PRIMARY KEY,
  number bigint NOT NULL,
  time timestamptz NOT NULL
);

-- Parts by their serial numbers, on every machine that shows or showed them.
CREATE TABLE part (
  serial text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  node text COLLATE "C" NOT NULL REFERENCES node ON DELETE CASCADE,
  model text,
  size text,
  slot text,
  -- of the list in the document, without indexes
  path text NOT NULL,
  first_seen timestamptz NOT NULL,
  -- of a part that is gone: when it was last reported, and when it was missed
  last_seen timestamptz,
  gone timestamptz,
  PRIMARY KEY (serial, kind, node)
);
CREATE INDEX part_live ON part (serial, kind, node) WHERE gone IS NULL;
CREATE INDEX part_gone ON part (serial, kind, gone) WHERE gone IS NOT NULL;
CREATE INDEX part_node ON part (node, kind, serial);
