package dev.ingot.agent.parse;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Memory: arrays (type 16), their slots and modules (17), or modules of old firmware (6). */
final class DmiMemory {
  private DmiMemory() {}

  static void add(
      Fields facts,
      ObjectNode counts,
      List<DmiStructure> arrays,
      List<DmiStructure> devices,
      List<DmiStructure> modules) {
    Map<String, String> uses = new HashMap<>();
    for (DmiStructure array : arrays) {
      if (array.handle() != null) {
        uses.put(array.handle(), String.valueOf(array.values().peek("use")));
      }
    }
    DmidecodeParser.list(facts, "memory_arrays", arrays, DmiMemory::array);
    // Tools that did not know the type yet wrote its title and nothing else.
    Set<DmiStructure> sized = Collections.newSetFromMap(new IdentityHashMap<>());
    devices.stream().filter(device -> device.values().has("size")).forEach(sized::add);
    ArrayNode dimms = Fields.array();
    ArrayNode others = Fields.array();
    for (DmiStructure device : devices) {
      String use = uses.get(String.valueOf(device.values().peek("array_handle")));
      boolean system = isSystemMemory(use, device.values().peek("type"));
      (system ? dimms : others).add(device.values().rest(device(device)).node());
    }
    facts.putUnlessEmpty("dimms", dimms);
    facts.putUnlessEmpty("other_memory", others);
    if (devices.stream().noneMatch(device -> sized.contains(device)) && !modules.isEmpty()) {
      facts.node().remove("dimms");
      dimms = DmidecodeParser.list(facts, "dimms", modules, DmiMemory::module);
    }
    counts.put("dimm_slots", dimms.size());
    counts.put("dimms", DmidecodeParser.count(dimms, "installed"));
    long total = 0;
    for (var dimm : dimms) {
      total += dimm.path("size_bytes").asLong(0);
    }
    if (total > 0) {
      facts.put("memory_bytes", total);
    }
  }

  /** Flash chips of the firmware and caches stand among the modules; they are no memory. */
  private static boolean isSystemMemory(@Nullable String use, @Nullable String type) {
    boolean elsewhere =
        use != null
            && List.of("Video Memory", "Flash Memory", "Non-volatile RAM", "Cache Memory")
                .contains(use);
    return !elsewhere && !"Flash".equals(type);
  }

  private static Fields array(DmiStructure array) {
    return array
        .texts("location", "location", "use", "use", "error_correction", "error_correction_type")
        .put("max_bytes", Sizes.binary(array.values().take("maximum_capacity")))
        .put("slots", array.values().number("number_of_devices"))
        .put("handle", array.handle());
  }

  private static Fields device(DmiStructure device) {
    Block values = device.values();
    String said = values.raw("size");
    Long size = Sizes.binary(said);
    Long total = values.number("total_width");
    Long data = values.number("data_width");
    return device
        .texts("slot", "locator", "bank", "bank_locator")
        .put("installed", installed(said, size))
        .put("size_bytes", size == null || size == 0 ? null : size)
        .put("type", values.take("type"))
        .put("type_detail", values.take("type_detail"))
        .put("form_factor", values.take("form_factor"))
        .put("speed_mtps", values.number("speed"))
        .put(
            "configured_speed_mtps",
            values.number("configured_memory_speed", "configured_clock_speed"))
        .put("manufacturer", values.take("manufacturer"))
        .put("part_number", values.take("part_number"))
        .put("serial", values.take("serial_number"))
        .put("asset_tag", values.take("asset_tag"))
        .put("rank", values.number("rank"))
        .put("total_width_bits", total)
        .put("data_width_bits", data)
        .put("ecc", (total == null || data == null) ? null : Boolean.valueOf(total > data))
        .put("voltage_volts", Text.decimal(values.take("configured_voltage")))
        .put("minimum_voltage_volts", Text.decimal(values.take("minimum_voltage")))
        .put("maximum_voltage_volts", Text.decimal(values.take("maximum_voltage")))
        .put("technology", values.take("memory_technology"))
        .put("firmware", values.take("firmware_version"))
        .put("volatile_bytes", Sizes.binary(values.take("volatile_size")))
        .put("non_volatile_bytes", Sizes.binary(values.take("non_volatile_size")))
        .put("array_handle", values.take("array_handle"));
  }

  /** What is installed has a size; a size that the firmware does not know says nothing. */
  private static @Nullable Boolean installed(@Nullable String said, @Nullable Long size) {
    if (size != null) {
      return size > 0;
    }
    String text = said == null ? "" : said.toLowerCase(Locale.ROOT);
    return (text.contains("no module") || text.contains("not installed")) ? Boolean.FALSE : null;
  }

  /** Type 6, obsolete since SMBIOS 2.1, and all that some old boards have. */
  private static Fields module(DmiStructure module) {
    String said = module.values().raw("installed_size");
    Long size = Sizes.binary(said);
    return module
        .texts("slot", "socket_designation|socket", "bank", "banks", "type", "type")
        .put("installed", installed(said, size))
        .put("size_bytes", size == null || size == 0 ? null : size);
  }
}
