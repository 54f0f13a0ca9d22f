package dev.ingot.agentamqp.ur;

import dev.ingot.agent.face.Face;
import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a node is, in the words of SmartOS's sysinfo(8): keys with blanks, most values texts. */
final class Sysinfo {
  private static final long MEBIBYTE = 1 << 20;
  private static final long GIGABYTE = 1_000_000_000;

  private final Map<String, JsonNode> sections = new HashMap<>();
  private final Names names;
  private final ObjectNode info = Json.MAPPER.createObjectNode();

  private Sysinfo(Face.Seen seen, Names names) {
    for (Section section : seen.sections()) {
      JsonNode content = section.content();
      if (content != null) {
        sections.put(section.name(), content);
      }
    }
    this.names = names;
  }

  /**
   * @param booted seconds since 1970, null if nobody knows
   */
  static ObjectNode of(
      Face.Seen seen, Names names, @Nullable String hostname, @Nullable Long booted) {
    return new Sysinfo(seen, names).whole(hostname, booted);
  }

  private ObjectNode whole(@Nullable String hostname, @Nullable Long booted) {
    info.put("System Type", "Linux");
    put("Boot Time", booted == null ? null : booted.toString());
    system();
    info.put("Setup", "false");
    processors();
    info.put("UUID", names.uuid());
    put("Hostname", hostname);
    long memory = section("mem").path("MemTotal").asLong(0);
    put("MiB of Memory", memory == 0 ? null : Long.toString(memory / MEBIBYTE));
    disks();
    ObjectNode boot = info.putObject("Boot Parameters");
    if (hostname != null) {
      boot.put("hostname", hostname);
    }
    if (names.mac() != null) {
      boot.put("admin_nic", names.mac());
    }
    info.putArray("SDC Agents");
    interfaces();
    return info;
  }

  private JsonNode section(String name) {
    JsonNode content = sections.get(name);
    return content == null ? Json.MAPPER.missingNode() : content;
  }

  private void put(String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      info.put(key, value);
    }
  }

  private void system() {
    JsonNode dmi = section("dmi");
    put("Manufacturer", dmi.path("sys_vendor").asString(""));
    put("Product", dmi.path("product_name").asString(""));
    put("Serial Number", dmi.path("product_serial").asString(""));
    put("SKU Number", dmi.path("product_sku").asString(""));
    put("HW Version", dmi.path("product_version").asString(""));
    put("HW Family", dmi.path("product_family").asString(""));
  }

  private void processors() {
    JsonNode sockets = section("cpu");
    if (sockets.isEmpty()) {
      return;
    }
    JsonNode flags = sockets.path(0).path("flags");
    String virtualization = "none";
    for (String flag : new String[] {"vmx", "svm"}) {
      if (flags.valueStream().anyMatch(each -> each.asString("").equals(flag))) {
        virtualization = flag;
      }
    }
    info.put("VM Capable", !virtualization.equals("none"));
    put("CPU Type", sockets.path(0).path("model_name").asString(""));
    info.put("CPU Virtualization", virtualization);
    info.put("CPU Physical Cores", sockets.size());
    int threads = 0;
    for (JsonNode socket : sockets) {
      threads += socket.path("threads").asInt(1);
    }
    info.put("CPU Total Cores", threads);
  }

  private void disks() {
    ObjectNode disks = info.putObject("Disks");
    for (JsonNode disk : section("os_storage")) {
      String device = disk.path("device").asString("").replaceFirst("^/dev/", "");
      if (!device.isEmpty()) {
        disks.putObject(device).put("Size in GB", disk.path("size").asLong(0) / GIGABYTE);
      }
    }
  }

  private void interfaces() {
    ObjectNode physical = info.putObject("Network Interfaces");
    ObjectNode virtual = info.putObject("Virtual Network Interfaces");
    info.putObject("Link Aggregations");
    for (JsonNode port : section("interfaces")) {
      String address = port.path("address").asString("").toLowerCase(Locale.ROOT);
      if (address.isEmpty()) {
        continue;
      }
      boolean admin = address.equals(names.mac());
      String name = port.path("devname").asString("");
      ObjectNode one =
          (admin || port.path("physical").asBoolean(false) ? physical : virtual).putObject(name);
      one.put("MAC Address", address);
      one.put("ip4addr", port.path("address_info").path(0).path("addr").asString(""));
      one.put("Link Status", port.path("carrier").asBoolean(false) ? "up" : "down");
      if (admin) {
        one.putArray("NIC Names").add("admin");
      }
    }
  }
}
