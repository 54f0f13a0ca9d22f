// Invented machines, few and small, for pipelines: missing and null fields, numbers of both kinds, arrays where others have none.
const maybe = (random, object, key, value) => {
  const kind = random.below(10);
  if (kind === 0) object[key] = null;
  else if (kind > 1) object[key] = value();
};

function odd(random, depth) {
  switch (random.below(depth > 0 ? 9 : 6)) {
    case 0: return random.one([null, true, false]);
    case 1: return random.one([0, 1, -1, 5, 5.5, 0.1]);
    case 2: return random.one(["", "a", "B", "é"]);
    case 3: return random.one([[], {}]);
    case 4: return random.some([1, 2, "a", null, 5], 3);
    case 5: return random.one([{ x: 1 }, { x: [1, 2] }, { x: null }, { x: { y: 2 } }]);
    case 6: return { x: odd(random, depth - 1) };
    default: return Array.from({ length: random.below(3) }, () => odd(random, depth - 1));
  }
}

export function machine(random) {
  const document = {};
  maybe(random, document, "dmi", () => {
    const dmi = { sys_vendor: random.one(["Dell Inc.", "HPE", "HPE", "QEMU"]) };
    maybe(random, dmi, "product_serial", () => random.hex(2));
    maybe(random, dmi, "bios_version", () => random.one(["U30", "2.1.8", 2.1]));
    if (random.chance(3)) dmi.slots = random.some([{ name: "PCIe 1", lanes: 8 }, { name: "OCP", lanes: 16 }, { name: "PCIe 2" }], 2);
    return dmi;
  });
  maybe(random, document, "cpu", () =>
    Array.from({ length: random.below(3) }, () => {
      const cpu = { model_name: random.one(["Xeon", "EPYC"]), cores: random.one([4, 8, 16]) };
      if (random.chance(2)) cpu.flags = random.some(["sse", "avx", "aes"], 2);
      return cpu;
    }));
  maybe(random, document, "mem", () => ({ MemTotal: random.one([64, 128, 256, 64.5, "unknown"]), dimms: random.some([8, 16, null], 3) }));
  maybe(random, document, "interfaces", () =>
    Array.from({ length: random.below(3) }, (_, n) => {
      const nic = { dev: `eth${n}` };
      maybe(random, nic, "driver", () => random.one(["ixgbe", "i40e"]));
      maybe(random, nic, "mtu", () => random.one([1500, 9000, "1500"]));
      if (random.chance(2)) nic.lldp = { switch_name: `sw${random.below(2)}` };
      if (random.chance(3)) nic.address_info = random.some([{ addr: "10.0.0.1" }, { addr: "10.0.0.2" }], 2);
      return nic;
    }));
  maybe(random, document, "os_storage", () =>
    Array.from({ length: random.below(3) }, () => {
      const disk = { size: random.one([1000, 2000, 0, 0.5]) };
      maybe(random, disk, "media_type", () => random.one(["ssd", "hdd"]));
      return disk;
    }));
  if (random.chance(2)) document.odd = odd(random, 2);
  if (random.chance(3)) document.other = odd(random, 1);
  return document;
}
