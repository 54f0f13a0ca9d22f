package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** PCI functions, from {@code /sys/bus/pci}; their names by {@code lspci}. */
final class PciInspector implements Inspector {
  static final String DEVICES = "/sys/bus/pci/devices";

  @Override
  public String name() {
    return "pci";
  }

  @Override
  public String meaning() {
    return "a list of PCI functions, by slot";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("slot", "text", "domain:bus:device.function"),
        config("class_id", "4 hexadecimal digits", "class and subclass"),
        config("class_name", "text", "their name; names need lspci"),
        config("progif", "2 hexadecimal digits", "programming interface"),
        config("vendor_id", "4 hexadecimal digits", "who made the chip"),
        config("vendor_name", "text", "their name"),
        config("device_id", "4 hexadecimal digits", "which chip"),
        config("device_name", "text", "its name"),
        config("svendor_id", "4 hexadecimal digits", "who made the card"),
        config("svendor_name", "text", "their name"),
        config("sdevice_id", "4 hexadecimal digits", "which card"),
        config("sdevice_name", "text", "its name"),
        config("revision", "2 hexadecimal digits", "revision of the chip"),
        config("driver", "text", "the kernel's driver, if one has it"),
        config("numa_node", "integer", "the node it is near to"),
        config("label", "text", "what the firmware prints on the board for it"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists(DEVICES)) {
      throw new InspectionFailed("this machine has no PCI bus (" + DEVICES + " is not there)");
    }
    List<String> missing = new ArrayList<>();
    Map<String, PciNames> names = Map.of();
    try {
      names = PciNames.ask(machine);
    } catch (ToolUnavailable e) {
      missing.add(e.reason() + ": names left out");
    }
    ArrayNode list = Fields.array();
    for (String slot : machine.list(DEVICES)) {
      list.add(describe(machine, slot, names.get(slot)));
    }
    return Findings.of(list, missing);
  }

  private static ObjectNode describe(Machine machine, String slot, @Nullable PciNames names) {
    String folder = DEVICES + "/" + slot + "/";
    String classes = hexadecimal(machine.text(folder + "class"), 6);
    String subsystem = hexadecimal(machine.text(folder + "subsystem_vendor"), 4);
    // All zero and all one say that there is no subsystem.
    boolean card = subsystem != null && !subsystem.equals("0000") && !subsystem.equals("ffff");
    Long node = machine.number(folder + "numa_node");
    return new Fields()
        .put("slot", slot)
        .put("class_id", classes == null ? null : classes.substring(0, 4))
        .put("class_name", names == null ? null : names.className())
        .put("progif", classes == null ? null : classes.substring(4))
        .put("vendor_id", hexadecimal(machine.text(folder + "vendor"), 4))
        .put("vendor_name", names == null ? null : names.vendor())
        .put("device_id", hexadecimal(machine.text(folder + "device"), 4))
        .put("device_name", names == null ? null : names.device())
        .put("svendor_id", card ? subsystem : null)
        .put("svendor_name", names == null || !card ? null : names.subsystemVendor())
        .put("sdevice_id", card ? hexadecimal(machine.text(folder + "subsystem_device"), 4) : null)
        .put("sdevice_name", names == null || !card ? null : names.subsystemDevice())
        .put("revision", hexadecimal(machine.text(folder + "revision"), 2))
        .put("driver", machine.linkName(folder + "driver"))
        .put("numa_node", node == null || node < 0 ? null : node)
        .put("label", machine.text(folder + "label"))
        .node();
  }

  /** The slot of the PCI function that a device in sysfs belongs to; null if to none. */
  static @Nullable String slot(@Nullable String device) {
    String found = null;
    for (String part : (device == null ? "" : device).split("/", -1)) {
      if (PciAddress.parse(part) != null) {
        found = part;
      }
    }
    return found;
  }

  /** The properties that the kernel announces a PCI function with. */
  static Map<String, String> uevent(Machine machine, String slot) {
    Map<String, String> properties = new HashMap<>();
    String text = machine.text(DEVICES + "/" + slot + "/uevent");
    for (String line : (text == null ? "" : text).split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        properties.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return properties;
  }

  /** {@code 0x060000} as that many digits; null if it is not so long. */
  private static @Nullable String hexadecimal(@Nullable String value, int digits) {
    return value != null && value.matches("0x[0-9a-f]{" + digits + "}") ? value.substring(2) : null;
  }
}
