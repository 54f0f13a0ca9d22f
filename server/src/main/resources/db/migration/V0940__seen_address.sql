-- Addresses of the inventory by range: an agent's word for an address is text, and may be none.
CREATE FUNCTION address_of(value text) RETURNS inet LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN value::inet;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END
$$;
CREATE INDEX node_address_range ON node_address (address_of(value)) WHERE kind = 'ip';
