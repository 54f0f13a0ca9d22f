// Invented machines in the shape of real inventories, with what makes queries hard: fields that are missing, null or of
// another type than elsewhere, arrays of objects with arrays of objects in them, arrays in arrays, text that is not ASCII.
const VENDORS = ["Dell Inc.", "HPE", "Supermicro", "QEMU", "富士通", "Lenovo", "", " HPE "];
const DRIVERS = ["ixgbe", "i40e", "mlx5_core", "virtio_net", "e1000e"];
const MODELS = ["INTEL SSDPE2KX040T8", "SAMSUNG MZ7LH960", "ST4000NM0035", "QEMU HARDDISK", "Größe 1", "a.b\nc"];

function mac(random) {
  return Array.from({ length: 6 }, () => random.hex(2)).join(":");
}

function maybe(random, object, key, value) {
  const kind = random.below(12);
  if (kind === 0) object[key] = null;
  else if (kind > 1) object[key] = value();
}

function nic(random, place) {
  const nic = { dev: `eth${place}`, address: mac(random) };
  maybe(random, nic, "driver", () => random.one(DRIVERS));
  maybe(random, nic, "mtu", () => random.one([1500, 9000, 1500, "1500"]));
  maybe(random, nic, "speed", () => random.one([1000, 10000, 25000, -1, 2500.5]));
  maybe(random, nic, "address_info", () =>
    random.some([0, 1, 2], 2).map((n) => {
      const info = { addr: `10.0.${n}.${1 + random.below(4)}`, netmask: "255.255.255.0" };
      if (random.chance(3)) info.label = random.one(["oob", "prod", null, 7]);
      return info;
    }));
  maybe(random, nic, "lldp", () =>
    random.chance(4) ? {} : { switch_name: `sw${random.below(3)}`, port_number: random.one([1, 2, "2", 48]) });
  if (random.chance(3)) nic.features = random.some(["tso", "gro", "lro", "rx-vlan", 5], 4);
  return nic;
}

function disk(random) {
  const disk = { serial: random.hex(4), model: random.one(MODELS), size: random.one([960197124096, 4000787030016, 0, 8e12]) };
  maybe(random, disk, "media_type", () => random.one(["ssd", "hdd", "nvme"]));
  maybe(random, disk, "temperature", () => random.one([31, 40.5, -3, "n/a"]));
  maybe(random, disk, "partitions", () => random.some([1, 2, 3, "swap", null, [1, 2]], 3));
  return disk;
}

function raid(random) {
  return {
    controllers: Array.from({ length: random.below(3) }, (_, id) => ({
      id,
      drives: Array.from({ length: random.below(4) }, (_, slot) => ({
        slot: random.chance(6) ? String(slot) : slot,
        state: random.one(["online", "failed", "rebuild", null]),
        errors: random.some([0, 1, 2, 17], 3),
      })),
      ...(random.chance(3) ? { battery: random.one([null, true, { charge: 97 }, []]) } : {}),
    })),
  };
}

// What no inspector would write, and an importer may.
function odd(random, depth) {
  switch (random.below(depth > 0 ? 13 : 9)) {
    case 0: return null;
    case 1: return random.chance(2);
    case 2: return random.one([0, 1, -1, 5, 5.5, -5.5, 1e15, 9007199254740991, 0.1, 3e-7, 18446744073709552000]);
    case 3: return random.one(["", "a", "A", "b", "ab\n", "é", "É", "𝄞", "ﬁ", "1", "null", "a b", "x\ty", "\\", '"q"']);
    case 4: return [];
    case 5: return {};
    case 6: return random.some([1, 2, "a", null, true, 5], 4);
    case 7: return random.one([[[1, 2], [3]], [[]], [{}], [[{ x: 1 }], { x: 2 }], [null], [[null]]]);
    case 8: return random.one([{ x: 1 }, { x: 1, y: "a" }, { y: "a", x: 1 }, { x: [1, 2] }, { x: null }, { 0: "zero" }]);
    case 9: return { x: odd(random, depth - 1), y: odd(random, depth - 1) };
    case 10: return { x: odd(random, depth - 1) };
    default: return Array.from({ length: random.below(4) }, () => odd(random, depth - 1));
  }
}

export function document(random) {
  const document = {};
  maybe(random, document, "dmi", () => {
    const dmi = { sys_vendor: random.one(VENDORS) };
    maybe(random, dmi, "product_serial", () => random.hex(3).toUpperCase());
    maybe(random, dmi, "bios_version", () => random.one(["U30", "2.1.8", "2.10.0", 2.1]));
    maybe(random, dmi, "slots", () =>
      random.some(["PCIe 1", "PCIe 2", "OCP"], 3).map((name, n) => ({ name, used: n % 2 === 0, lanes: random.one([4, 8, 16]) })));
    return dmi;
  });
  maybe(random, document, "cpu", () =>
    Array.from({ length: random.below(3) }, () => {
      const cpu = { model_name: random.one(["Xeon Gold 6130", "EPYC 7302", "Xeon E5-2620 v4"]), cores: random.one([4, 8, 16, 16.0]) };
      maybe(random, cpu, "flags", () => random.some(["sse", "avx", "avx2", "aes"], 3));
      maybe(random, cpu, "cache", () => ({ l2: random.one([256, 1024]), l3: random.one([22528, "16M"]) }));
      return cpu;
    }));
  maybe(random, document, "mem", () => ({ MemTotal: random.one([65536, 131072, 262144, "unknown"]), dimms: random.some([8, 16, 32, null], 4) }));
  maybe(random, document, "interfaces", () => Array.from({ length: random.below(4) }, (_, n) => nic(random, n)));
  maybe(random, document, "os_storage", () => Array.from({ length: random.below(4) }, () => disk(random)));
  maybe(random, document, "raid", () => raid(random));
  if (random.chance(2)) document.odd = odd(random, 3);
  if (random.chance(2)) document.other = odd(random, 2);
  return document;
}
