package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.parse.Numbers;
import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is inspected here agrees with the tools that people would ask. */
class ThisMachineIT {
  private static final Tools TOOLS = new LocalTools(Duration.ofSeconds(20));

  @TempDir Path folder;

  @Test
  void everySectionHasContentOrAReasonAndNamesItsFields() throws InterruptedException {
    InspectionReport report = Inspection.run(machine(), new InspectSettings(folder));
    for (Section section : report.sections()) {
      if (section.content() == null) {
        assertThat(section.failure()).as(section.name()).isNotBlank();
      } else {
        Inspector inspector =
            Inspection.INSPECTORS.stream()
                .filter(one -> one.name().equals(section.name()))
                .findFirst()
                .orElseThrow();
        Catalogue.assertNamed(inspector, section.content());
      }
    }
    assertThat(report.identity()).isNotNull();
    assertThat(InspectionRendering.table(report)).contains(report.identity().id().value());
  }

  @Test
  void aMachineThatNobodyTouchesInspectsTheSame() throws InterruptedException {
    List<String> steady = List.of("cpu", "dmi", "os_storage", "pci", "usb");
    InspectionReport first = Inspection.run(machine(), new InspectSettings(folder), steady);
    InspectionReport second = Inspection.run(machine(), new InspectSettings(folder), steady);
    assertThat(second.sections().stream().map(Section::digest))
        .isEqualTo(first.sections().stream().map(Section::digest).toList());
    assertThat(second.identity()).isEqualTo(first.identity());
  }

  @Test
  void processorsAreThoseOfLscpu() {
    Map<String, String> said = new LinkedHashMap<>();
    flatten(Json.read(ask("lscpu", "-J")).get("lscpu"), said);
    JsonNode cpu = inspect(new CpuInspector());
    int sockets = Integer.parseInt(said.get("Socket(s)"));
    assertThat(cpu.size()).isEqualTo(sockets);
    assertThat(sum(cpu, "threads"))
        .isEqualTo(CpuLists.parse(said.get("On-line CPU(s) list")).size());
    assertThat(sum(cpu, "cores"))
        .isEqualTo(sockets * Integer.parseInt(said.get("Core(s) per socket")));
    assertThat(cpu.get(0).get("model_name").asString()).isEqualTo(said.get("Model name"));
    assertThat(cpu.get(0).get("vendor_id").asString()).isEqualTo(said.get("Vendor ID"));
    assertThat(words(cpu.get(0).get("flags"))).isEqualTo(said.get("Flags"));
    assertCache(cpu, said, "L1d cache", 1, "Data");
    assertCache(cpu, said, "L2 cache", 2, "Unified");
    assertCache(cpu, said, "L3 cache", 3, "Unified");
  }

  @Test
  void disksAreThoseOfLsblk() {
    JsonNode devices =
        Json.read(
                ask(
                    "lsblk",
                    "-J",
                    "-b",
                    "-o",
                    "KNAME,TYPE,SIZE,LOG-SEC,PHY-SEC,ROTA,RO,RM,SERIAL,MODEL"))
            .get("blockdevices");
    Map<String, JsonNode> said = new TreeMap<>();
    collect(devices, said);
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> found = new TreeMap<>();
    said.forEach(
        (name, device) -> {
          boolean disk = device.path("type").asString().equals("disk");
          if (disk
              && !name.startsWith("zram")
              && !name.startsWith("ram")
              && !device.path("size").asString().equals("0")) {
            expected.put(
                "/dev/" + name, words(device, "size", "log-sec", "phy-sec", "rota", "ro", "rm"));
          } else if (device.path("type").asString().equals("part")) {
            expected.put("/dev/" + name, device.path("size").asString());
          }
        });
    for (JsonNode disk : inspect(new OsStorageInspector())) {
      found.put(
          disk.get("device").asString(),
          String.join(
              " ",
              disk.path("size").asString(),
              words(disk.path("sector_size"), "logical", "physical"),
              words(disk, "rotational", "read_only", "removable")));
      disk.get("partitions")
          .forEach(part -> found.put(part.get("device").asString(), part.get("size").asString()));
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void interfacesAndAddressesAreThoseOfIp() {
    // Other tests make and remove interfaces: hold still means the same answer before and after.
    for (int attempt = 0; attempt < 20; attempt++) {
      Map<String, String> before = addresses(Json.read(ask("ip", "-j", "address")), false);
      Map<String, String> found = new TreeMap<>();
      for (JsonNode port : inspect(new InterfacesInspector())) {
        TreeSet<String> addresses = new TreeSet<>();
        for (String family : List.of("address_info", "address_info_v6")) {
          port.path(family).forEach(one -> addresses.add(words(one, "addr", "prefix")));
        }
        found.put(port.get("devname").asString(), words(port, "address", "mtu") + " " + addresses);
      }
      if (before.equals(addresses(Json.read(ask("ip", "-j", "address")), false))) {
        assertThat(found).isEqualTo(before);
        return;
      }
    }
    Assumptions.abort("skipped: the interfaces never held still");
  }

  @Test
  void whereIpIsAbsentTheJdkNamesTheSameAddresses() throws IOException {
    for (int attempt = 0; attempt < 20; attempt++) {
      Map<String, String> before = addresses(Json.read(ask("ip", "-j", "address")), true);
      Map<String, String> found = new TreeMap<>();
      JdkAddresses.read()
          .byName()
          .forEach(
              (name, link) -> {
                TreeSet<String> addresses = new TreeSet<>();
                link.addresses().forEach(one -> addresses.add(words(one, "addr", "prefix")));
                link.addresses6().forEach(one -> addresses.add(words(one, "addr", "prefix")));
                found.put(name, addresses.toString());
              });
      if (before.equals(addresses(Json.read(ask("ip", "-j", "address")), true))) {
        before.forEach(
            (name, said) -> assertThat(said).as(name).endsWith(found.getOrDefault(name, "[]")));
        assertThat(found).isNotEmpty();
        return;
      }
    }
    Assumptions.abort("skipped: the interfaces never held still");
  }

  @Test
  void functionsAreThoseOfLspci() {
    Map<String, String> expected = new TreeMap<>();
    for (String block : ask("lspci", "-D", "-vmmnk").split("\n\n", -1)) {
      Map<String, String> tags = new LinkedHashMap<>();
      block.lines().forEach(line -> tags.put(line.split(":\\s*", 2)[0], line.split(":\\s*", 2)[1]));
      if (tags.containsKey("Slot")) {
        expected.put(
            tags.get("Slot"),
            String.join(
                " ",
                tags.get("Class"),
                tags.get("Vendor"),
                tags.get("Device"),
                tags.getOrDefault("SVendor", "-"),
                tags.getOrDefault("SDevice", "-"),
                tags.getOrDefault("Rev", "00"),
                tags.getOrDefault("Driver", "-")));
      }
    }
    Map<String, String> found = new TreeMap<>();
    for (JsonNode function : inspect(new PciInspector())) {
      found.put(
          function.get("slot").asString(),
          String.join(
              " ",
              function.path("class_id").asString("-"),
              function.path("vendor_id").asString("-"),
              function.path("device_id").asString("-"),
              function.path("svendor_id").asString("-"),
              function.path("sdevice_id").asString("-"),
              function.path("revision").asString("-"),
              function.path("driver").asString("-")));
    }
    assertThat(found).isEqualTo(expected);
  }

  private static void assertCache(
      JsonNode cpu, Map<String, String> said, String name, int level, String type) {
    String total = said.get(name);
    if (total == null || !total.contains("instance")) {
      return;
    }
    long bytes = 0;
    long instances = 0;
    for (JsonNode socket : cpu) {
      for (JsonNode cache : socket.get("caches")) {
        if (cache.get("level").asInt() == level && cache.get("type").asString().equals(type)) {
          bytes += cache.get("size").asLong() * cache.get("instances").asLong();
          instances += cache.get("instances").asLong();
        }
      }
    }
    assertThat(total).as(name).contains("(" + instances + " instance");
    if (!total.contains(".")) {
      assertThat(Numbers.size(total.replaceAll("iB.*", ""))).as(name).isEqualTo(bytes);
    }
  }

  private static Map<String, String> addresses(JsonNode links, boolean temporary) {
    Map<String, String> said = new TreeMap<>();
    for (JsonNode link : links) {
      if (link.path("link_type").asString("").equals("loopback")) {
        continue;
      }
      TreeSet<String> addresses = new TreeSet<>();
      for (JsonNode one : link.path("addr_info")) {
        if (temporary || !one.path("temporary").asBoolean(false)) {
          addresses.add(words(one, "local", "prefixlen"));
        }
      }
      said.put(link.get("ifname").asString(), words(link, "address", "mtu") + " " + addresses);
    }
    return said;
  }

  private static void flatten(JsonNode fields, Map<String, String> said) {
    for (JsonNode field : fields) {
      String name = field.get("field").asString();
      said.put(
          name.endsWith(":") ? name.substring(0, name.length() - 1) : name,
          field.path("data").asString(""));
      flatten(field.path("children"), said);
    }
  }

  private static void collect(JsonNode devices, Map<String, JsonNode> said) {
    for (JsonNode device : devices) {
      said.put(device.get("kname").asString(), device);
      collect(device.path("children"), said);
    }
  }

  private static String words(JsonNode node, String... names) {
    List<String> words = new ArrayList<>();
    for (String name : names) {
      words.add(node.path(name).asString("-"));
    }
    return String.join(" ", words);
  }

  private static String words(JsonNode list) {
    return String.join(" ", list.valueStream().map(JsonNode::asString).toList());
  }

  private static long sum(JsonNode list, String name) {
    return list.valueStream().mapToLong(one -> one.get(name).asLong()).sum();
  }

  private static JsonNode inspect(Inspector inspector) {
    try {
      return Catalogue.inspect(inspector, machine()).content();
    } catch (InspectionFailed e) {
      return Assumptions.abort("skipped: " + e.getMessage());
    }
  }

  private static String ask(String program, String... arguments) {
    try {
      return TOOLS.run(program, arguments);
    } catch (ToolUnavailable e) {
      return Assumptions.abort("skipped: " + e.reason());
    }
  }

  private static Machine machine() {
    return Machine.local(Duration.ofSeconds(20));
  }
}
