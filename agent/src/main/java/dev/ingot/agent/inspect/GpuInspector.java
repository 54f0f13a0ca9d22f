package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** Graphics and computing accelerators: PCI classes 03 and 12, NVIDIA's by {@code nvidia-smi}. */
final class GpuInspector implements Inspector {
  private static final String COLUMNS =
      "pci.bus_id,name,serial,uuid,vbios_version,driver_version,memory.total,temperature.gpu,ecc.mode.current";

  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public String meaning() {
    return "a list of display controllers and processing accelerators, by PCI address";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("pci_slot", "text", "domain:bus:device.function"),
        config("class_id", "4 hexadecimal digits", "class and subclass"),
        config("vendor_id", "4 hexadecimal digits", "who made the chip"),
        config("vendor_name", "text", "their name; needs lspci"),
        config("device_id", "4 hexadecimal digits", "which chip"),
        config("model", "text", "what it is called"),
        config("driver", "text", "the kernel's driver"),
        config("driver_version", "text", "version of the driver"),
        config("vbios", "text", "version of its firmware"),
        identity("serial", "text", "serial number, where the card has one"),
        identity("uuid", "text", "of the card"),
        config("memory_bytes", "bytes", "of the card"),
        config("ecc", "true or false", "of its memory"),
        config("numa_node", "integer", "the node it is near to"),
        reading("temperature_celsius", "degrees Celsius", "of the chip"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists(PciInspector.DEVICES)) {
      throw new InspectionFailed(
          "this machine has no PCI bus (" + PciInspector.DEVICES + " is not there)");
    }
    List<String> missing = new ArrayList<>();
    ArrayNode list = Fields.array();
    Map<String, PciNames> names = Map.of();
    Map<String, String[]> nvidia = Map.of();
    for (String slot : machine.list(PciInspector.DEVICES)) {
      String folder = PciInspector.DEVICES + "/" + slot + "/";
      String kind = hexadecimal(machine.text(folder + "class"));
      if (kind == null || !(kind.startsWith("03") || kind.startsWith("12"))) {
        continue;
      }
      if (list.isEmpty()) {
        names = names(machine, missing);
        nvidia = nvidia(machine, missing);
      }
      Long node = machine.number(folder + "numa_node");
      PciNames name = names.get(slot);
      Fields fields =
          new Fields()
              .put("pci_slot", slot)
              .put("class_id", kind.substring(0, 4))
              .put("vendor_id", hexadecimal(machine.text(folder + "vendor")))
              .put("vendor_name", name == null ? null : name.vendor())
              .put("device_id", hexadecimal(machine.text(folder + "device")))
              .put("model", name == null ? null : name.device())
              .put("driver", machine.linkName(folder + "driver"))
              .put("vbios", machine.text(folder + "vbios_version"))
              .put("memory_bytes", machine.number(folder + "mem_info_vram_total"))
              .put("serial", machine.text(folder + "serial_number"))
              .put("uuid", machine.text(folder + "unique_id"))
              .put("numa_node", node == null || node < 0 ? null : node);
      String[] said = nvidia.get(slot);
      if (said != null) {
        add(fields, said);
      }
      list.add(fields.node());
    }
    return Findings.of(list, missing);
  }

  private static Map<String, PciNames> names(Machine machine, List<String> missing) {
    try {
      return PciNames.ask(machine);
    } catch (ToolUnavailable e) {
      missing.add(e.reason() + ": names left out");
      return Map.of();
    }
  }

  /** By slot; nothing where nobody has NVIDIA's driver. */
  private static Map<String, String[]> nvidia(Machine machine, List<String> missing) {
    Map<String, String[]> bySlot = new HashMap<>();
    if (!machine.exists("/sys/module/nvidia")) {
      return bySlot;
    }
    try {
      String said =
          machine
              .tools()
              .run("nvidia-smi", "--query-gpu=" + COLUMNS, "--format=csv,noheader,nounits");
      for (String line : said.split("\n", -1)) {
        String[] parts = line.split(", *", -1);
        if (parts.length == 9 && parts[0].length() >= 12) {
          // Eight digits of the domain; the kernel has four.
          bySlot.put(parts[0].substring(parts[0].length() - 12).toLowerCase(Locale.ROOT), parts);
        }
      }
    } catch (ToolUnavailable e) {
      missing.add(e.reason() + ": serial, memory and firmware of NVIDIA's left out");
    }
    return bySlot;
  }

  private static void add(Fields fields, String[] said) {
    Long mebibytes = Numbers.parse(said[6]);
    fields
        .put("model", known(said[1]))
        .put("serial", known(said[2]))
        .put("uuid", known(said[3]))
        .put("vbios", known(said[4]))
        .put("driver_version", known(said[5]))
        .put("memory_bytes", mebibytes == null ? null : Long.valueOf(mebibytes << 20))
        .put("temperature_celsius", Numbers.parse(said[7]))
        .put(
            "ecc",
            said[8].equals("Enabled")
                ? Boolean.TRUE
                : said[8].equals("Disabled") ? Boolean.FALSE : null);
  }

  private static @Nullable String known(String value) {
    return value.startsWith("[") || value.equals("N/A") || value.equals("0") ? null : value;
  }

  private static @Nullable String hexadecimal(@Nullable String value) {
    return value != null && value.matches("0x[0-9a-f]+") ? value.substring(2) : null;
  }
}
