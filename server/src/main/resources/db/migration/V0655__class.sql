-- Class rules: a node is of the first one that matches, by priority (lower first), then by name.
CREATE TABLE node_class (
  name text COLLATE "C" PRIMARY KEY,
  priority integer NOT NULL,
  definition json NOT NULL,
  -- why it could not be evaluated; nodes keep the class they had meanwhile
  failure text,
  changed timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL
);

-- Nodes that are of a class.
CREATE TABLE node_in_class (
  node text COLLATE "C" PRIMARY KEY REFERENCES node ON DELETE CASCADE,
  class text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX node_in_class_class ON node_in_class (class);

-- Nodes to look at again. No key: who writes one never waits for who takes one.
CREATE TABLE node_class_due (
  node text COLLATE "C" NOT NULL,
  due timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- All nodes to look at again after a change of a rule; who holds the row is the only one at work.
CREATE TABLE node_class_sweep (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  -- grows with every change of a rule
  generation bigint NOT NULL DEFAULT 0,
  -- the last node that was looked at, null when all were
  after text COLLATE "C",
  done bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  started timestamptz
);
INSERT INTO node_class_sweep DEFAULT VALUES;

-- Triggers, so that whoever writes a document or an attribute, now or later, cannot forget it. Without a rule they look at
-- one empty table; a writer that saw none is waited for before the first sweep begins.
CREATE FUNCTION class_due_by_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM node_class) THEN
    INSERT INTO node_class_due (node) VALUES (NEW.node);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION class_due_by_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM node_class) THEN
    INSERT INTO node_class_due (node) VALUES (NEW.id);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER class_due AFTER INSERT OR UPDATE OF doc ON inventory
  FOR EACH ROW EXECUTE FUNCTION class_due_by_document();

CREATE TRIGGER class_due_new AFTER INSERT ON node
  FOR EACH ROW EXECUTE FUNCTION class_due_by_node();

CREATE TRIGGER class_due AFTER UPDATE OF hostname, network, tags, site, rack, unit, standing, protected ON node
  FOR EACH ROW
  WHEN ((OLD.hostname, OLD.network, OLD.tags, OLD.site, OLD.rack, OLD.unit, OLD.standing, OLD.protected)
    IS DISTINCT FROM (NEW.hostname, NEW.network, NEW.tags, NEW.site, NEW.rack, NEW.unit, NEW.standing, NEW.protected))
  EXECUTE FUNCTION class_due_by_node();

CREATE OR REPLACE VIEW node_attributes AS
SELECT n.id, n.standing, n.protected, n.hostname, n.agent_version, n.id_reason, n.network,
       n.tags, n.site, n.rack, n.unit, n.version, n.first_seen,
       ARRAY (SELECT a.alias FROM node_alias a WHERE a.node = n.id ORDER BY a.alias) AS aliases,
       s.online, s.since, s.seen AS last_seen,
       CASE WHEN NOT s.online THEN s.lost_reason END AS lost_reason,
       s.remote_address, s.boot_id, s.epoch, c.class
FROM node n JOIN agent_session s ON s.node = n.id LEFT JOIN node_in_class c ON c.node = n.id;
