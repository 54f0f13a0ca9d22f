-- Of a machine that arrives a hundred rows are written that belong to its node. Whoever writes them holds the node's row
-- (NodeUpdate, DocumentStore.lock), so that it cannot go meanwhile: asking for it again with each row told nothing and cost
-- as much as the row. They go with their node as before.
ALTER TABLE inventory_section DROP CONSTRAINT inventory_section_node_fkey;
ALTER TABLE node_address DROP CONSTRAINT node_address_node_fkey;
ALTER TABLE part DROP CONSTRAINT part_node_fkey;

CREATE FUNCTION node_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM inventory_section WHERE node = OLD.id;
  DELETE FROM node_address WHERE node = OLD.id;
  DELETE FROM part WHERE node = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER node_gone AFTER DELETE ON node FOR EACH ROW EXECUTE FUNCTION node_gone();

-- The primary key serves the same questions: few parts are gone.
DROP INDEX part_live;
