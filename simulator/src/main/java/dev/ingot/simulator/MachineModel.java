package dev.ingot.simulator;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model of server that simulated machines are of. Shapes and names of the sections are those of
 * docs/inventory.md; a whole document has about 20 kB.
 *
 * @param gigabytes memory
 * @param ports network ports, the first two on the board
 */
record MachineModel(
    String vendor,
    String product,
    String bios,
    String cpuVendor,
    String cpuName,
    int sockets,
    int cores,
    long hertz,
    int gigabytes,
    int ports,
    int disks,
    boolean nvme) {

  static final List<MachineModel> ALL =
      List.of(
          new MachineModel(
              "Dell Inc.",
              "PowerEdge R640",
              "2.19.1",
              "GenuineIntel",
              "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz",
              2,
              16,
              2_100_000_000L,
              384,
              4,
              8,
              false),
          new MachineModel(
              "Dell Inc.",
              "PowerEdge R6515",
              "2.12.4",
              "AuthenticAMD",
              "AMD EPYC 7502P 32-Core Processor",
              1,
              32,
              2_500_000_000L,
              256,
              4,
              6,
              true),
          new MachineModel(
              "HPE",
              "ProLiant DL380 Gen10",
              "U30",
              "GenuineIntel",
              "Intel(R) Xeon(R) Silver 4214 CPU @ 2.20GHz",
              2,
              12,
              2_200_000_000L,
              192,
              6,
              10,
              false),
          new MachineModel(
              "Supermicro",
              "SYS-6029P-TR",
              "3.8a",
              "GenuineIntel",
              "Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz",
              2,
              24,
              3_000_000_000L,
              768,
              4,
              12,
              true),
          new MachineModel(
              "Lenovo",
              "ThinkSystem SR645",
              "D8E128F",
              "AuthenticAMD",
              "AMD EPYC 7763 64-Core Processor",
              2,
              64,
              2_450_000_000L,
              1024,
              4,
              8,
              true));

  private static final String FLAGS =
      "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse"
          + " sse2 ss ht tm pbe syscall nx pdpe1gb rdtscp lm constant_tsc art arch_perfmon pebs bts"
          + " rep_good nopl xtopology nonstop_tsc cpuid aperfmperf pni pclmulqdq dtes64 monitor vmx"
          + " smx est tm2 ssse3 sdbg fma cx16 xtpr pdcm pcid dca sse4_1 sse4_2 x2apic movbe popcnt"
          + " tsc_deadline_timer aes xsave avx f16c rdrand lahf_lm abm 3dnowprefetch fsgsbase bmi1"
          + " avx2 smep bmi2 erms invpcid avx512f avx512dq rdseed adx smap clflushopt clwb avx512cd"
          + " avx512bw avx512vl xsaveopt xsavec xgetbv1 xsaves dtherm ida arat pln pts pku ospke";

  private static final List<String> MEMORY_READINGS =
      List.of(
          "MemFree",
          "MemAvailable",
          "Buffers",
          "Cached",
          "SwapCached",
          "Active",
          "Inactive",
          "Active(anon)",
          "Inactive(anon)",
          "Active(file)",
          "Inactive(file)",
          "Unevictable",
          "Mlocked",
          "SwapFree",
          "Dirty",
          "Writeback",
          "AnonPages",
          "Mapped",
          "Shmem",
          "Slab",
          "SReclaimable",
          "SUnreclaim",
          "KernelStack",
          "PageTables",
          "CommitLimit",
          "Committed_AS",
          "VmallocTotal",
          "VmallocUsed",
          "Percpu",
          "DirectMap4k",
          "DirectMap2M",
          "DirectMap1G");

  private record PciPart(
      String classId, String className, String vendor, String device, String driver) {}

  private static final List<PciPart> PCI_PARTS =
      List.of(
          new PciPart("0600", "Host bridge", "Intel Corporation", "Sky Lake-E DMI3 Registers", ""),
          new PciPart(
              "0604",
              "PCI bridge",
              "Intel Corporation",
              "C620 Series PCI Express Root Port",
              "pcieport"),
          new PciPart(
              "0880",
              "System peripheral",
              "Intel Corporation",
              "Sky Lake-E CBDMA Registers",
              "ioatdma"),
          new PciPart(
              "1101", "Performance counters", "Intel Corporation", "Sky Lake-E PCU Registers", ""),
          new PciPart(
              "0c03",
              "USB controller",
              "Intel Corporation",
              "C620 Series USB 3.0 xHCI Controller",
              "xhci_hcd"),
          new PciPart(
              "0106",
              "SATA controller",
              "Intel Corporation",
              "C620 Series SATA Controller",
              "ahci"));

  Section cpu() {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (int socket = 0; socket < sockets; socket++) {
      ObjectNode node = list.addObject();
      node.put("physical_id", socket).put("vendor_id", cpuVendor).put("model_name", cpuName);
      node.put("cores", cores).put("threads", cores * 2).put("cache_alignment", 64);
      ArrayNode flags = node.putArray("flags");
      for (String flag : FLAGS.split(" ", -1)) {
        flags.add(flag);
      }
      node.putObject("frequency")
          .put("cpufreq_enabled", true)
          .put("current", hertz)
          .put("min", 800_000_000L)
          .put("max", hertz * 3 / 2);
    }
    return section("cpu", list, Map.of("frequency.current", FieldClass.READING));
  }

  Section mem(RandomGenerator random) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("MemTotal", ((long) gigabytes << 30) - (3L << 28)).put("SwapTotal", 8L << 30);
    node.put("HugePages_Total", 0).put("Hugepagesize", 2L << 20);
    for (String name : MEMORY_READINGS) {
      node.put(name, random.nextLong(1L << 36) & -1024L);
    }
    return section(
        "mem",
        node,
        Map.of(
            "*", FieldClass.READING,
            "MemTotal", FieldClass.CONFIG,
            "SwapTotal", FieldClass.CONFIG,
            "HugePages_Total", FieldClass.CONFIG,
            "Hugepagesize", FieldClass.CONFIG));
  }

  Section dmi(String uuid, String serial) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("sys_vendor", vendor).put("product_name", product).put("product_uuid", uuid);
    node.put("product_serial", serial).put("board_vendor", vendor).put("board_name", "0W23H8");
    node.put("board_serial", "B" + serial).put("chassis_vendor", vendor).put("chassis_type", "23");
    node.put("chassis_serial", serial).put("bios_vendor", vendor).put("bios_version", bios);
    node.put("bios_date", "08/30/2023").put("bios_release", "2.19");
    return section(
        "dmi",
        node,
        Map.of("product_uuid", FieldClass.IDENTITY, "product_serial", FieldClass.IDENTITY));
  }

  Section interfaces(IntFunction<String> mac, int number) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (int port = 0; port < ports; port++) {
      ObjectNode node = list.addObject();
      node.put("devname", "eno" + (port + 1)).put("address", mac.apply(port));
      node.put("permanent_address", mac.apply(port)).put("address_assignment", "permanent");
      node.put("physical", true).put("embedded", port < 2).put("carrier", port < 2);
      node.put("speed", 25_000).put("duplex", "full").put("mtu", 1500).put("dev_port", port % 2);
      node.put("driver", "i40e")
          .put("pci_slot", "0000:%02x:00.%d".formatted(0x3b + port / 2, port % 2));
      node.put("pci_class", "20000")
          .put("pci_id", "8086:158b")
          .put("pci_subsystem_id", "8086:0002");
      node.put("vendor_name", "Intel Corporation").put("model_name", "Ethernet Controller XXV710");
      node.putObject("predictable_names")
          .put("biosdevname", "em" + (port + 1))
          .put("systemd_mac", "enx" + mac.apply(port).replace(":", ""))
          .put("systemd_onboard", "eno" + (port + 1));
      if (port == 0) {
        node.putArray("address_info")
            .addObject()
            .put(
                "addr",
                "10.%d.%d.%d".formatted(number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF))
            .put("netmask", "255.0.0.0")
            .put("prefix", 8);
      }
    }
    return section(
        "interfaces",
        list,
        Map.of(
            "permanent_address", FieldClass.IDENTITY,
            "carrier", FieldClass.READING,
            "speed", FieldClass.READING,
            "duplex", FieldClass.READING));
  }

  Section storage(RandomGenerator random) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (int disk = 0; disk < disks; disk++) {
      String name = nvme ? "nvme" + disk + "n1" : "sd" + (char) ('a' + disk);
      ObjectNode node = list.addObject();
      node.put("device", "/dev/" + name).put("vendor", nvme ? "Samsung" : "TOSHIBA");
      node.put("model", nvme ? "SAMSUNG MZQLB3T8HALS-00007" : "AL15SEB24EQY");
      node.put("firmware", nvme ? "EDA5902Q" : "EF06");
      node.put("serial", "S%010X".formatted(random.nextLong(1L << 40)));
      node.put("wwn", "0x%016x".formatted(random.nextLong()));
      node.put("size", nvme ? 3_840_755_982_336L : 2_400_476_553_216L);
      node.putObject("sector_size").put("logical", 512).put("physical", 4096);
      node.put("rotational", !nvme).put("media_type", nvme ? "ssd" : "disk");
      node.put("transport", nvme ? "nvme" : "sas").put("removable", false).put("read_only", false);
      node.put("pci_slot", "0000:%02x:00.0".formatted(0x18 + (nvme ? disk : 0)));
      if (disk == 0) {
        node.put("partition_table", "gpt");
        ArrayNode partitions = node.putArray("partitions");
        for (int number = 1; number <= 3; number++) {
          partitions
              .addObject()
              .put("device", "/dev/" + name + (nvme ? "p" : "") + number)
              .put("number", number)
              .put("start", number << 20)
              .put("size", (long) number << 30);
        }
      }
    }
    return section(
        "os_storage", list, Map.of("serial", FieldClass.IDENTITY, "wwn", FieldClass.IDENTITY));
  }

  Section pci(RandomGenerator random) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    int functions = 36 + random.nextInt(8);
    for (int function = 0; function < functions; function++) {
      PciPart part = PCI_PARTS.get(function % PCI_PARTS.size());
      ObjectNode node = list.addObject();
      node.put("slot", "0000:%02x:%02x.%d".formatted(function / 8, function % 8, function % 2));
      node.put("class_id", part.classId()).put("class_name", part.className());
      node.put("vendor_id", "8086").put("vendor_name", part.vendor());
      node.put("device_id", "%04x".formatted(0x2020 + function)).put("device_name", part.device());
      node.put("svendor_id", "1028").put("svendor_name", vendor).put("sdevice_id", "0716");
      node.put("revision", "04").put("numa_node", function % sockets);
      if (!part.driver().isEmpty()) {
        node.put("driver", part.driver());
      }
    }
    return section("pci", list, Map.of());
  }

  Section usb() {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (int bus = 1; bus <= 2; bus++) {
      ObjectNode node = list.addObject();
      node.put("path", "usb" + bus).put("vendor_id", "1d6b").put("product_id", "000" + (bus + 1));
      node.put("product", "xHCI Host Controller").put("speed", bus == 1 ? 480 : 5000);
    }
    return section("usb", list, Map.of());
  }

  Section routes(int number) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    list.addObject().put("destination", "default").put("via", "10.0.0.1").put("dev", "eno1");
    list.addObject()
        .put("destination", "10.0.0.0/8")
        .put("dev", "eno1")
        .put("scope", "link")
        .put(
            "src", "10.%d.%d.%d".formatted(number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF));
    return section("routes", list, Map.of());
  }

  private static Section section(String name, JsonNode content, Map<String, FieldClass> classes) {
    return new Section(name, content, null, new FieldClasses(classes));
  }
}
