-- A section may come from several sources. The one that is served stands in inventory.doc; what the others say stands here.
ALTER TABLE inventory_section
  ADD aside boolean NOT NULL DEFAULT false,
  ADD content jsonb,
  -- whether what stands aside says something else than what is served
  ADD differs boolean NOT NULL DEFAULT false;
ALTER TABLE inventory_section ALTER COLUMN content SET STORAGE EXTERNAL;
-- What is disputed is asked for by node, and across the fleet: few rows.
CREATE INDEX inventory_section_aside ON inventory_section (node) WHERE aside;
