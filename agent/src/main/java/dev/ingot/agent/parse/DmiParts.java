package dev.ingot.agent.parse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The structures that describe parts: processors, caches, slots, power supplies. */
final class DmiParts {
  private DmiParts() {}

  static Fields processor(DmiStructure processor) {
    Block values = processor.values();
    String status = values.take("status");
    String manufacturer = values.take("manufacturer", "processor_manufacturer");
    // Sockets' flags are long and the kernel tells the truth of them.
    values.raw("flags");
    return processor
        .texts("socket", "socket_designation", "type", "type|processor_type")
        .put("populated", populated(status, manufacturer))
        .put("status", status)
        .put("manufacturer", manufacturer)
        .put("model", values.take("version", "processor_version"))
        .put("family", values.take("family", "processor_family"))
        .put("id", values.take("id"))
        .put("signature", values.take("signature"))
        .put("cores", values.number("core_count"))
        .put("cores_enabled", values.number("core_enabled"))
        .put("threads", values.number("thread_count"))
        .put("max_frequency_hertz", Sizes.hertz(values.take("max_speed")))
        .put("current_frequency_hertz", Sizes.hertz(values.take("current_speed")))
        .put("external_clock_hertz", Sizes.hertz(values.take("external_clock")))
        .put("voltage_volts", Text.decimal(values.take("voltage")))
        .put("upgrade", values.take("upgrade"))
        .put("serial", values.take("serial_number"))
        .put("part_number", values.take("part_number"))
        .put("asset_tag", values.take("asset_tag"));
  }

  /** Versions before 2.5 did not say it; an empty socket has no maker, or one of zeros. */
  private static @Nullable Boolean populated(
      @Nullable String status, @Nullable String manufacturer) {
    return status == null
        ? manufacturer == null ? null : Boolean.valueOf(!manufacturer.matches("0+"))
        : Boolean.valueOf(status.toLowerCase(Locale.ROOT).startsWith("populated"));
  }

  static Fields cache(DmiStructure cache) {
    Block values = cache.values();
    String configuration = values.take("configuration");
    Fields fields =
        cache
            .texts("name", "socket_designation", "type", "system_type")
            .put("size_bytes", Sizes.binary(values.take("installed_size")))
            .put("max_size_bytes", Sizes.binary(values.take("maximum_size")))
            .put("associativity", values.take("associativity"))
            .put("error_correction", values.take("error_correction_type"))
            .put("operational_mode", values.take("operational_mode"))
            .put("location", values.take("location"));
    if (configuration != null) {
      fields.put("enabled", configuration.startsWith("Enabled"));
      String level = Text.between(configuration + ",", "Level ", ",");
      fields.put("level", Text.number(level));
    }
    return fields;
  }

  static Fields slot(DmiStructure slot) {
    Block values = slot.values();
    String usage = values.take("current_usage", "status");
    usage = usage == null ? null : usage.replaceFirst("\\.$", "");
    return slot.texts("name", "designation|slot", "type", "type", "length", "length")
        .put("id", values.take("id"))
        .put(
            "in_use",
            usage == null
                ? null
                : switch (usage.toLowerCase(Locale.ROOT)) {
                  case "in use" -> Boolean.TRUE;
                  case "available" -> Boolean.FALSE;
                  default -> null;
                })
        .put("usage", usage)
        .put("pci_slot", values.take("bus_address"));
  }

  static Fields powerSupply(DmiStructure supply) {
    Block values = supply.values();
    String status = values.take("status");
    return supply
        .texts("location", "location", "name", "name", "manufacturer", "manufacturer")
        .put("model", values.take("model_part_number"))
        .put("serial", values.take("serial_number"))
        .put("asset_tag", values.take("asset_tag"))
        .put("revision", values.take("revision"))
        .put("max_power_watts", values.number("max_power_capacity"))
        .put(
            "present",
            status == null
                ? null
                : Boolean.valueOf(status.toLowerCase(Locale.ROOT).startsWith("present")))
        .put("status", status)
        .put("type", values.take("type"))
        .put("plugged", values.flag("plugged"))
        .put("hot_replaceable", values.flag("hot_replaceable"))
        .put("power_unit_group", values.number("power_unit_group"));
  }

  static Fields onboard(DmiStructure device) {
    Block values = device.values();
    String status = values.take("status");
    return device
        .texts("name", "reference_designation", "type", "type", "description", "description")
        .put("enabled", Text.flag(status))
        .put("instance", values.number("type_instance"))
        .put("pci_slot", values.take("bus_address"));
  }
}
