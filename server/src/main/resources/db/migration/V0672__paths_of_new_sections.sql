-- Paths that came with the sections lldp, bmc, raid, gpu and firmware and with modules of memory, declared like those before them.
WITH next AS (UPDATE inventory_index_set SET generation = generation + 1 RETURNING generation)
INSERT INTO inventory_index (path, kind, state, generation, created_by)
SELECT path, 'equality', 'building', generation, 'ingot' FROM next, unnest(ARRAY[
  'interfaces.address_info_v6.addr',
  'lldp.system_name',
  'lldp.chassis_id',
  'lldp.port_id',
  'mem.dimms.slot',
  'mem.dimms.part_number',
  'dmi.power_supplies.serial',
  'bmc.network.address',
  'bmc.network.mac',
  'bmc.system.firmware',
  'bmc.fru.product.serial',
  'bmc.fru.board.serial',
  'raid.model',
  'raid.serial',
  'raid.firmware',
  'raid.physical_drives.serial',
  'raid.physical_drives.wwn',
  'raid.physical_drives.model',
  'raid.physical_drives.firmware',
  'raid.physical_drives.slot',
  'gpu.serial',
  'gpu.uuid',
  'gpu.model',
  'firmware.version'
]) AS path
ON CONFLICT DO NOTHING;
