package dev.ingot.agent.inspect;

import dev.ingot.core.Json;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What {@code lsblk -J -b} knows beyond sysfs: from udev's database or the disks themselves. */
record BlockDevices(Map<String, Device> byName) {
  static final BlockDevices NONE = new BlockDevices(Map.of());

  private static final String COLUMNS =
      "NAME,KNAME,TYPE,MODEL,SERIAL,WWN,TRAN,PTTYPE,PARTUUID,PARTLABEL,PARTTYPE";

  /** One device or partition; what is null is not known. */
  record Device(
      @Nullable String model,
      @Nullable String serial,
      @Nullable String wwn,
      @Nullable String transport,
      @Nullable String partitionTable,
      @Nullable String partitionUuid,
      @Nullable String partitionLabel,
      @Nullable String partitionType) {
    static final Device UNKNOWN = new Device(null, null, null, null, null, null, null, null);
  }

  static BlockDevices ask(Machine machine) throws ToolUnavailable {
    return parse(machine.tools().run("lsblk", "-J", "-b", "-o", COLUMNS));
  }

  /**
   * Reads the tool's JSON; children are devices like their parents.
   *
   * @throws ToolUnavailable if it is not what it should be
   */
  static BlockDevices parse(String json) throws ToolUnavailable {
    try {
      JsonNode devices = Json.read(json).path("blockdevices");
      if (!devices.isArray()) {
        throw new ToolUnavailable("lsblk wrote no list of block devices");
      }
      Map<String, Device> byName = new HashMap<>();
      collect(devices, byName);
      return new BlockDevices(byName);
    } catch (JacksonException e) {
      throw new ToolUnavailable("lsblk did not write JSON: " + e.getOriginalMessage());
    }
  }

  Device device(String name) {
    return byName.getOrDefault(name, Device.UNKNOWN);
  }

  private static void collect(JsonNode devices, Map<String, Device> byName) {
    for (JsonNode device : devices) {
      String path = text(device, "kname");
      String name = path == null ? text(device, "name") : path;
      if (name != null) {
        byName.putIfAbsent(
            name.startsWith("/dev/") ? name.substring(5) : name,
            new Device(
                text(device, "model"),
                text(device, "serial"),
                text(device, "wwn"),
                text(device, "tran"),
                text(device, "pttype"),
                text(device, "partuuid"),
                text(device, "partlabel"),
                text(device, "parttype")));
      }
      collect(device.path("children"), byName);
    }
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    String text = value.isString() ? value.asString().strip() : "";
    return text.isEmpty() ? null : text;
  }
}
