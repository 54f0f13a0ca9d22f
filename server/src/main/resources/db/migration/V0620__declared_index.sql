-- The declared paths: what questions are served by. The facet of a document has the values at them.
CREATE TABLE inventory_index (
  path text COLLATE "C" NOT NULL,
  -- what it serves
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('equality')),
  -- retiring: no question relies on it any more, and soon nobody writes it
  state text NOT NULL CHECK (state IN ('building', 'ready', 'retiring')),
  -- of the set, the first that has it: facets of an older one may lack it
  generation bigint NOT NULL,
  -- when it came to this state
  since timestamptz NOT NULL DEFAULT now(),
  created timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  PRIMARY KEY (path, kind)
);
-- Grows with each path that is declared.
CREATE TABLE inventory_index_set (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  generation bigint NOT NULL
);
INSERT INTO inventory_index_set (generation) VALUES (1);
INSERT INTO inventory_index (path, kind, state, generation, created_by)
SELECT path, 'equality', 'building', 1, 'ingot' FROM unnest(ARRAY[
  'dmi.sys_vendor',
  'dmi.product_name',
  'dmi.product_serial',
  'dmi.product_uuid',
  'dmi.board_vendor',
  'dmi.board_name',
  'dmi.board_serial',
  'dmi.chassis_serial',
  'dmi.chassis_asset_tag',
  'dmi.bios_vendor',
  'dmi.bios_version',
  'cpu.model_name',
  'cpu.cores',
  'cpu.microcode',
  'mem.MemTotal',
  'interfaces.address',
  'interfaces.permanent_address',
  'interfaces.driver',
  'interfaces.pci_slot',
  'interfaces.address_info.addr',
  'interfaces.lldp.switch_name',
  'interfaces.lldp.port_number',
  'os_storage.serial',
  'os_storage.wwn',
  'os_storage.model',
  'os_storage.firmware',
  'os_storage.media_type',
  'usb.serial',
  'bmc.network.ip_address',
  'bmc.network.mac_address',
  'dmi.product_sku',
  'dmi.board_asset_tag',
  'interfaces.model_name',
  'os_storage.pci_slot',
  'mem.dimms.serial',
  'mem.dimms.locator',
  'bmc.firmware_version'
]) AS path;

-- The set by which the facet was worked out.
ALTER TABLE inventory ADD COLUMN facet_generation bigint NOT NULL DEFAULT 0;
-- A facet stays in its row, unpacked, as long as a page can hold it: thousands of them are looked at to count.
ALTER TABLE inventory ALTER COLUMN facet SET STORAGE EXTERNAL;
ALTER TABLE inventory SET (toast_tuple_target = 8160);
