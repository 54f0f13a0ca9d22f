-- The ports of a node that has joined by its UUID and has not told its ports yet.
CREATE INDEX boot_port_uuid ON boot_port (uuid) WHERE uuid IS NOT NULL;
