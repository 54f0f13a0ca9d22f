package dev.ingot.agent.parse;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What HP's tool says of controllers, arrays, logical and physical drives and cages. */
final class SsacliParts {
  enum Kind {
    ADAPTER,
    ARRAY,
    LOGICAL,
    DRIVE,
    ENCLOSURE,
    NONE
  }

  private static final String SIZE = "[0-9.,]+ *[KMGTP]?i?B";

  private SsacliParts() {}

  static void details(Kind kind, Fields fields, Block block) {
    switch (kind) {
      case ADAPTER -> block.rest(adapter(fields, block));
      case ARRAY -> block.rest(array(fields, block));
      case LOGICAL -> block.rest(logical(fields, block));
      case DRIVE -> block.rest(drive(fields, block));
      case ENCLOSURE ->
          block.rest(
              fields
                  .put("slots", block.number("drive_bays"))
                  .put("port", block.take("port"))
                  .put("box", block.take("box"))
                  .put("location", block.take("location"))
                  .put("power_supply_status", block.take("power_supply_status"))
                  .put("fan_status", block.take("fan_status"))
                  .put("vendor", block.take("vendor_id"))
                  .put("serial", block.take("serial_number"))
                  .put("firmware", block.take("firmware_version")));
      case NONE -> {
        // Ports, expanders and sensors are no part of an inventory of RAID.
      }
    }
  }

  private static Fields adapter(Fields fields, Block block) {
    String slot = block.take("slot");
    if (!fields.has("slot")) {
      fields.put("slot", slot);
    }
    fields
        .put("serial", block.take("serial_number"))
        .put("cache_serial", block.take("cache_serial_number"))
        .put("host_serial", block.take("host_serial_number"))
        .put("firmware", block.take("firmware_version"))
        .put("hardware_revision", block.take("hardware_revision"))
        .put("driver", block.take("driver_name"))
        .put("driver_version", block.take("driver_version"))
        .put("status", block.take("controller_status"))
        .put("cache_status", block.take("cache_status"))
        .put("cache_bytes", gigabytes(block.take("total_cache_size")))
        .put("cache_available_bytes", gigabytes(block.take("total_cache_memory_available")))
        .put("cache_ratio", block.take("cache_ratio", "accelerator_ratio"))
        .put("temperature_celsius", block.number("controller_temperature_c"))
        .put("mode", block.take("controller_mode"))
        .put("sas_address", block.take("wwn_port"))
        .put("encryption", block.take("encryption"))
        .put("bus_interface", block.take("bus_interface"));
    String pci = block.take("pci_address_domain_bus_device_function");
    fields.put("pci_slot", pci == null ? null : pci.toLowerCase(Locale.ROOT));
    Fields battery =
        new Fields()
            .put("kind", block.take("cache_backup_power_source"))
            .put("state", block.take("battery_capacitor_status"))
            .put("count", block.number("battery_capacitor_count"))
            .put("temperature_celsius", block.number("capacitor_temperature_c"));
    return fields.putUnlessEmpty("battery", battery.node());
  }

  /** {@code 256 MB}, {@code 2.0 GB}; newer versions leave the unit, GB, out. */
  private static @Nullable Long gigabytes(@Nullable String text) {
    return text != null && Text.matches(text, "[0-9.]+")
        ? Sizes.binary(text + " GB")
        : Sizes.binary(text);
  }

  private static Fields array(Fields fields, Block block) {
    return fields
        .put("state", block.take("status"))
        .put("interface", block.take("interface_type"))
        .put("type", block.take("array_type"))
        .put("free_bytes", Sizes.binary(block.take("unused_space")))
        .put("used_bytes", Sizes.binary(block.take("used_space")))
        .put("spare_type", block.take("spare_type"));
  }

  private static Fields logical(Fields fields, Block block) {
    String level = block.take("fault_tolerance");
    return fields
        .put("level", level == null ? null : level(level))
        .put("size_bytes", Sizes.binary(block.take("size")))
        .put("state", block.take("status"))
        .put("strip_bytes", Sizes.binary(block.take("strip_size", "stripe_size")))
        .put("full_stripe_bytes", Sizes.binary(block.take("full_stripe_size")))
        .put("caching", block.flag("caching", "array_accelerator"))
        .put("unique_id", block.take("unique_identifier"))
        .put("os_drive", block.take("disk_name"))
        .put("mount_points", block.take("mount_points"))
        .put("label", block.take("logical_drive_label"))
        .put("acceleration", block.take("ld_acceleration_method"))
        .put("sector_bytes", block.number("logical_physical_block_size"))
        .put("type", block.take("drive_type"))
        .put("parity_initialization", block.take("parity_initialization_status"))
        .put("progress_percent", block.number("parity_initialization_progress"));
  }

  /** {@code 5}, {@code 1+0}, {@code RAID 1 (ADM)}: as the other tools write it, RAID5, RAID10. */
  private static String level(String said) {
    return "RAID" + said.replaceFirst("^RAID ", "").replaceFirst("^([156])\\+0", "$10").strip();
  }

  private static Fields drive(Fields fields, Block block) {
    String model = block.take("model");
    String type = block.take("drive_type");
    String blocks = block.take("logical_physical_block_size", "native_block_size");
    String interfaces = block.take("interface_type");
    Long rotation = block.number("rotational_speed");
    fields
        .put("port", block.take("port"))
        .put("box", block.take("box"))
        .put("bay", block.take("bay"))
        .put("state", block.take("status"))
        .put("role", type)
        .put("interface", interfaces == null ? null : interfaces.replace("Solid State ", ""))
        .put("size_bytes", Sizes.decimal(block.take("size")))
        .put("rotation_rpm", rotation)
        .put("firmware", block.take("firmware_revision"))
        .put("serial", block.take("serial_number"))
        .put("wwn", block.take("wwid"))
        .put("temperature_celsius", block.number("current_temperature_c"))
        .put("maximum_temperature_celsius", block.number("maximum_temperature_c"))
        .put(
            "link_speed",
            block.take("phy_transfer_rate", "pci_transfer_rate", "negotiated_link_speed"))
        .put("exposed_to_os", block.flag("drive_exposed_to_os"))
        .put("os_drive", block.take("disk_name"))
        .put("wear_remaining_percent", Text.decimal(block.take("usage_remaining")))
        .put("power_on_hours", block.number("power_on_hours"))
        .put("sector_bytes", Text.number(blocks))
        .put("sanitize_supported", block.flag("sanitize_erase_supported"));
    if (blocks != null && blocks.indexOf('/') > 0) {
      fields.put("physical_sector_bytes", Text.number(blocks.substring(blocks.indexOf('/'))));
    }
    if (interfaces != null && interfaces.startsWith("Solid State")) {
      fields.put("medium", "SSD");
    } else if (rotation != null && !fields.has("medium")) {
      fields.put("medium", "HDD");
    }
    if (model != null) {
      // The vendor is 8 characters wide.
      String[] words = model.split("\\s{2,}", 2);
      boolean wide = words.length == 2 && words[0].length() <= 8;
      fields
          .put("vendor", wide ? words[0] : null)
          .put("model", wide ? words[1] : model.replaceAll("\\s+", " "));
    }
    if (type != null && type.toLowerCase(Locale.ROOT).contains("spare")) {
      fields.put("spare", "dedicated");
    }
    if (type != null && type.toLowerCase(Locale.ROOT).contains("unassigned")) {
      fields.put("assigned", false);
    }
    return fields;
  }

  /** {@code port 1I:box 1:bay 1, SATA HDD, 250 GB, OK, spare}. */
  static void driveSummary(Fields fields, @Nullable String summary) {
    if (summary == null) {
      return;
    }
    List<String> parts = SsacliParser.parts(summary);
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i);
      String lower = part.toLowerCase(Locale.ROOT);
      Long size = Text.matches(part, SIZE) ? Sizes.decimal(part) : null;
      if ((i == 0 && lower.startsWith("port ")) || lower.startsWith("box ")) {
        for (String place : Text.parts(part, ":")) {
          String[] words = place.split(" ", 2);
          if (words.length == 2) {
            // SCSI's id is half of the drive's name.
            String name = words[0].toLowerCase(Locale.ROOT);
            fields.put(name.equals("id") ? "scsi_id" : name, words[1].strip());
          }
        }
      } else if (size != null) {
        if (!fields.has("size_bytes")) {
          fields.put("size_bytes", size);
        }
      } else if (lower.contains("spare")) {
        fields.put("spare", "dedicated");
      } else if (Text.matches(
          lower,
          "(sas|sata|nvme|parallel scsi|solid state sata|solid state sas|pcie|unknown|scsi)( hdd|"
              + " ssd)?")) {
        fields.put(
            "interface",
            part.replaceFirst("(?i) (HDD|SSD)$", "").replaceFirst("(?i)solid state ", ""));
        fields.put(
            "medium",
            lower.endsWith("hdd")
                ? "HDD"
                : lower.endsWith("ssd") || lower.startsWith("solid") ? "SSD" : null);
      } else if (i > 0) {
        fields.put("state", part);
      }
    }
  }

  /** {@code Solid State SATA, Unused Space: 0 MB}, or a state: {@code Failed}. */
  static void arraySummary(Fields fields, @Nullable String summary) {
    for (String part : summary == null ? List.<String>of() : SsacliParser.parts(summary)) {
      if (part.startsWith("Unused Space:")) {
        fields.put("free_bytes", Sizes.binary(part.substring(13).replaceAll("\\s+", " ")));
      } else if (Text.matches(part, ".*(SAS|SATA|SCSI|NVMe|PCIe|SSD|HDD).*")) {
        fields.put("interface", part);
      } else {
        fields.put("state", part);
      }
    }
  }

  /** {@code 279.4 GB, RAID 1, OK}; RAID 6 (ADG) has parentheses of its own. */
  static void logicalSummary(Fields fields, @Nullable String summary) {
    if (summary == null) {
      return;
    }
    for (String part : SsacliParser.parts(summary)) {
      if (part.startsWith("RAID") || Text.matches(part, "\\d+(\\+0)?( \\(\\w+\\))?")) {
        // {@code ld all show status} says the level alone.
        fields.put("level", level(part));
      } else if (Text.matches(part, SIZE)) {
        fields.put("size_bytes", Sizes.binary(part));
      } else if (Text.matches(part, "[0-9.]+% complete.*")) {
        fields.put("progress_percent", Text.number(part));
      } else {
        fields.put("state", part);
      }
    }
  }

  static void jsonDrive(RaidAdapter adapter, JsonNode drive) {
    String id =
        JsonFields.text(drive, "port")
            + ":"
            + JsonFields.text(drive, "box")
            + ":"
            + JsonFields.text(drive, "bay");
    adapter
        .drive(id)
        .put("port", JsonFields.text(drive, "port"))
        .put("box", JsonFields.text(drive, "box"))
        .put("bay", JsonFields.text(drive, "bay"))
        .put("interface", JsonFields.text(drive, "type"))
        .put("state", JsonFields.text(drive, "status"))
        .put("size_bytes", JsonFields.number(drive, "size"));
  }

  static void jsonArray(RaidAdapter adapter, JsonNode array) {
    String letter = JsonFields.text(array, "letter");
    if (letter == null) {
      return;
    }
    adapter
        .array(letter)
        .put("state", JsonFields.text(array, "status"))
        .put("free_bytes", JsonFields.number(array, "free_space"));
    for (JsonNode logical : JsonFields.list(array.path("logical_drives"))) {
      String id = JsonFields.text(logical, "id");
      String level = JsonFields.text(logical, "level");
      adapter
          .logical(String.valueOf(id))
          .put("array", letter)
          .put("level", level == null ? null : level(level))
          .put("state", JsonFields.text(logical, "status"))
          .put("size_bytes", JsonFields.number(logical, "size"));
    }
    for (JsonNode drive : JsonFields.list(array.path("physical_drives"))) {
      jsonDrive(adapter, drive);
    }
  }
}
