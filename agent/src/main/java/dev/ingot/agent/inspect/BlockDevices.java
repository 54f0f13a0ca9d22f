package dev.ingot.agent.inspect;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code lsblk -J -b} knows beyond sysfs: from udev's database or the disks themselves. */
record BlockDevices(Map<String, Device> byName) {
  static final BlockDevices NONE = new BlockDevices(Map.of());

  private static final String COLUMNS =
      "NAME,KNAME,TYPE,MODEL,SERIAL,WWN,TRAN,PTTYPE,PARTUUID,PARTLABEL,PARTTYPE,FSTYPE";

  /** One device or partition; what is null is not known. */
  record Device(
      @Nullable String model,
      @Nullable String serial,
      @Nullable String wwn,
      @Nullable String transport,
      @Nullable String partitionTable,
      @Nullable String partitionUuid,
      @Nullable String partitionLabel,
      @Nullable String partitionType,
      @Nullable String filesystem) {
    static final Device UNKNOWN = new Device(null, null, null, null, null, null, null, null, null);
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
    JsonNode devices = ToolJson.read("lsblk", json).path("blockdevices");
    if (!devices.isArray()) {
      throw new ToolUnavailable("lsblk wrote no list of block devices");
    }
    Map<String, Device> byName = new HashMap<>();
    collect(devices, byName);
    return new BlockDevices(byName);
  }

  Device device(String name) {
    return byName.getOrDefault(name, Device.UNKNOWN);
  }

  private static void collect(JsonNode devices, Map<String, Device> byName) {
    for (JsonNode device : devices) {
      String path = ToolJson.text(device, "kname");
      String name = path == null ? ToolJson.text(device, "name") : path;
      if (name != null) {
        byName.putIfAbsent(
            name.startsWith("/dev/") ? name.substring(5) : name,
            new Device(
                ToolJson.text(device, "model"),
                ToolJson.text(device, "serial"),
                ToolJson.text(device, "wwn"),
                ToolJson.text(device, "tran"),
                ToolJson.text(device, "pttype"),
                ToolJson.text(device, "partuuid"),
                ToolJson.text(device, "partlabel"),
                ToolJson.text(device, "parttype"),
                ToolJson.text(device, "fstype")));
      }
      collect(device.path("children"), byName);
    }
  }
}
