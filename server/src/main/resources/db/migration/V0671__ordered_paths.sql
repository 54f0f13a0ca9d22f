-- Declared paths whose values stand in order: btrees over the least and the greatest value of a document there. The
-- server makes an index for each path when it is declared; these are what it is made of. What they answer is only ever
-- asked beside the exact question.
ALTER TABLE inventory_index DROP CONSTRAINT inventory_index_kind_check;
ALTER TABLE inventory_index ADD CONSTRAINT inventory_index_kind_check CHECK (kind IN ('equality', 'range', 'prefix'));

-- Keys that fit an index whatever the value: neither turns the order of two values round, but it may make them equal.
CREATE FUNCTION inventory_number_key(value numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN round(greatest(least(value, 1e100), -1e100), 20);

CREATE FUNCTION inventory_text_key(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(value, 200);

-- What stands in a facet at a path, with what only an index in the path reaches.
CREATE FUNCTION inventory_values(facet jsonb, path text) RETURNS SETOF jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT value FROM jsonb_array_elements(
    coalesce(facet -> path, '[]'::jsonb) || coalesce(facet -> (path || '#'), '[]'::jsonb)) AS value;
END;

CREATE FUNCTION inventory_least_number(facet jsonb, path text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 200
RETURN (SELECT min(CASE jsonb_typeof(value) WHEN 'number' THEN inventory_number_key(value::numeric) END)
  FROM inventory_values(facet, path) AS value);

CREATE FUNCTION inventory_greatest_number(facet jsonb, path text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 200
RETURN (SELECT max(CASE jsonb_typeof(value) WHEN 'number' THEN inventory_number_key(value::numeric) END)
  FROM inventory_values(facet, path) AS value);

CREATE FUNCTION inventory_least_text(facet jsonb, path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 200
RETURN (SELECT min(CASE jsonb_typeof(value) WHEN 'string' THEN inventory_text_key(value #>> '{}') END COLLATE "C")
  FROM inventory_values(facet, path) AS value);

CREATE FUNCTION inventory_greatest_text(facet jsonb, path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 200
RETURN (SELECT max(CASE jsonb_typeof(value) WHEN 'string' THEN inventory_text_key(value #>> '{}') END COLLATE "C")
  FROM inventory_values(facet, path) AS value);
