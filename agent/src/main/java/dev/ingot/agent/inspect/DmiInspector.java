package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** What the firmware says of system, board and chassis: {@code /sys/class/dmi/id}. */
final class DmiInspector implements Inspector {
  static final String FOLDER = "/sys/class/dmi/id";

  /** Of the driver, not of the machine; and {@code modalias} repeats the other files. */
  private static final List<String> NOT_FACTS = List.of("uevent", "modalias");

  @Override
  public String name() {
    return "dmi";
  }

  @Override
  public String meaning() {
    return "what the firmware says of system, board, chassis and itself; the kernel's own names";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("sys_vendor", "text", "who made the system"),
        config("product_name", "text", "model of the system"),
        config("product_version", "text", "version of the system"),
        config("product_family", "text", "family of the system"),
        config("product_sku", "text", "stock number of the system"),
        identity("product_serial", "text", "serial number of the system; root only"),
        identity("product_uuid", "text", "UUID of the system; root only"),
        config("board_vendor", "text", "who made the main board"),
        config("board_name", "text", "model of the main board"),
        config("board_version", "text", "version of the main board"),
        identity("board_serial", "text", "serial number of the main board; root only"),
        identity("board_asset_tag", "text", "asset tag of the main board"),
        config("chassis_vendor", "text", "who made the chassis"),
        config("chassis_type", "integer as text", "SMBIOS type 3 chassis type"),
        config("chassis_version", "text", "version of the chassis"),
        identity("chassis_serial", "text", "serial number of the chassis; root only"),
        identity("chassis_asset_tag", "text", "asset tag of the chassis"),
        config("bios_vendor", "text", "who made the firmware"),
        config("bios_version", "text", "version of the firmware"),
        config("bios_date", "text", "date of the firmware, month/day/year"),
        config("bios_release", "text", "release of the firmware"),
        config("ec_firmware_release", "text", "release of the embedded controller's firmware"),
        config("slots.name", "text", "name printed on the board"),
        config("slots.type", "text", "x16 PCI Express 4 and the like"),
        config("slots.in_use", "true or false", "something is in it, says the firmware"),
        config("slots.pci_slot", "text", "of what is in it, or would be"),
        config("power_supplies.location", "text", "where it is"),
        config("power_supplies.name", "text", "what it is called"),
        config("power_supplies.manufacturer", "text", "who made it"),
        config("power_supplies.model", "text", "its part number"),
        identity("power_supplies.serial", "text", "serial number"),
        config("power_supplies.max_power_watts", "watts", "that it can give"),
        config("power_supplies.present", "true or false", "it is there"),
        config("power_supplies.plugged", "true or false", "it has power"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists(FOLDER)) {
      throw new InspectionFailed("this machine has no SMBIOS tables (" + FOLDER + " is not there)");
    }
    Fields values = new Fields();
    Map<String, List<String>> unreadable = new LinkedHashMap<>();
    for (String name : machine.list(FOLDER)) {
      if (NOT_FACTS.contains(name)) {
        continue;
      }
      switch (machine.read(FOLDER + "/" + name)) {
        case Content.Text(String value) -> values.put(name, value.strip());
        case Content.Unreadable(String reason) -> {
          // Folders (power, subsystem) cannot be read as files and are no facts.
          if (machine.list(FOLDER + "/" + name).isEmpty()) {
            unreadable.computeIfAbsent(reason, _ -> new ArrayList<>()).add(name);
          }
        }
        case Content.Absent() -> {}
      }
    }
    List<String> missing = new ArrayList<>();
    unreadable.forEach((reason, names) -> missing.add(String.join(", ", names) + ": " + reason));
    ObjectNode content = values.node();
    if (content.isEmpty()) {
      throw new InspectionFailed(
          missing.isEmpty() ? FOLDER + " says nothing" : String.join("; ", missing));
    }
    if (machine.exists("/sys/firmware/dmi/tables")) {
      ObjectNode facts =
          Toolbox.ask(missing, machine, "dmidecode", "dmidecode", "-t", "9", "-t", "39");
      if (facts != null) {
        ObjectNode parts = Fields.array().addObject();
        parts.set("slots", facts.path("slots"));
        parts.set("power_supplies", facts.path("power_supplies"));
        Field.named(parts, fields()).forEachEntry(content::set);
      }
    }
    return Findings.of(content, missing);
  }
}
