package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Every version that can be updated, with what it belongs to. */
final class FirmwareInspector implements Inspector {
  @Override
  public String name() {
    return "firmware";
  }

  @Override
  public String meaning() {
    return "a list of every firmware version that is known, with what it belongs to; drives behind "
        + "RAID adapters stand in raid";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config(
            "kind",
            "text",
            "bios, embedded-controller, microcode, bmc, disk, nvme, port, adapter, gpu, component"),
        config("of", "text", "device, slot or name that it belongs to"),
        config("model", "text", "what that is called"),
        config("version", "text", "of the firmware"),
        config("date", "text", "of the firmware, as it says"));
  }

  @Override
  public Findings inspect(Machine machine) {
    List<String> missing = new ArrayList<>();
    ArrayNode list = Fields.array();
    String board = machine.text(DmiInspector.FOLDER + "/board_name");
    add(
        list,
        "bios",
        "system",
        board,
        machine.text(DmiInspector.FOLDER + "/bios_version"),
        machine.text(DmiInspector.FOLDER + "/bios_date"));
    add(
        list,
        "embedded-controller",
        "system",
        board,
        machine.text(DmiInspector.FOLDER + "/ec_firmware_release"),
        null);
    microcode(machine, list);
    for (String disk : OsStorageInspector.disks(machine)) {
      String folder = "/sys/block/" + disk;
      String version = DiskLabels.firmware(machine, folder);
      add(
          list,
          disk.startsWith("nvme") ? "nvme" : "disk",
          disk,
          machine.text(folder + "/device/model"),
          version,
          null);
    }
    ports(machine, list, missing);
    adapters(machine, list);
    if (machine.exists("/dev/ipmi0")) {
      JsonNode bmc = Toolbox.ask(missing, machine, "ipmitool-mc", "ipmitool", "mc", "info");
      if (bmc != null) {
        add(
            list,
            "bmc",
            "bmc",
            bmc.path("product").asString(null),
            bmc.path("firmware").asString(null),
            null);
      }
    }
    if (list.isEmpty()) {
      throw new InspectionFailed(
          missing.isEmpty() ? "no version is known" : String.join("; ", missing));
    }
    return Findings.of(list, missing);
  }

  private static void add(
      ArrayNode list,
      String kind,
      String of,
      @Nullable String model,
      @Nullable String version,
      @Nullable String date) {
    if (version != null && !version.isBlank()) {
      list.add(
          new Fields()
              .put("kind", kind)
              .put("of", of)
              .put("model", model)
              .put("version", version)
              .put("date", date)
              .node());
    }
  }

  private static void microcode(Machine machine, ArrayNode list) {
    Set<String> versions = new TreeSet<>();
    for (String cpu : machine.list("/sys/devices/system/cpu")) {
      String version = machine.text("/sys/devices/system/cpu/" + cpu + "/microcode/version");
      if (version != null) {
        versions.add(version);
      }
    }
    versions.forEach(version -> add(list, "microcode", "cpu", null, version, null));
  }

  private static void ports(Machine machine, ArrayNode list, List<String> missing) {
    List<NetworkPort> ports =
        NetworkPort.all(machine, IpLinks.NONE).stream().filter(NetworkPort::physical).toList();
    if (!ports.isEmpty() && !machine.tools().has("ethtool")) {
      missing.add("ethtool is not installed: versions of network ports left out");
      return;
    }
    for (NetworkPort port : ports) {
      JsonNode facts = Toolbox.ask(missing, machine, "ethtool", "ethtool", "-i", port.name());
      if (facts != null) {
        JsonNode one = facts.path("interfaces").path(0);
        add(
            list,
            "port",
            port.name(),
            one.path("driver").asString(null),
            one.path("firmware").asString(null),
            null);
      }
    }
  }

  private static void adapters(Machine machine, ArrayNode list) {
    for (String host : machine.list("/sys/class/scsi_host")) {
      String folder = "/sys/class/scsi_host/" + host + "/";
      String version = machine.text(folder + "version_fw");
      String model = machine.text(folder + "board_name");
      add(
          list,
          "adapter",
          host,
          model,
          version == null ? machine.text(folder + "firmware_revision") : version,
          null);
    }
  }
}
