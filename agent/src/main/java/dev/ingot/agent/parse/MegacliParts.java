package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What MegaCli says of adapters, logical and physical drives, enclosures and batteries. */
final class MegacliParts {
  private static final Pattern GROUP =
      Pattern.compile("DiskGroup: (\\d+), Span: (\\d+), Arm: (\\d+)");
  private static final Pattern LEVEL = Pattern.compile("Primary-(\\d+), Secondary-(\\d+).*");

  private MegacliParts() {}

  static void adapter(Block block, Supplier<RaidAdapter> adapters) {
    String model = block.take("product_name", "productname");
    boolean pci = block.has("bus_number");
    if (model == null && !pci && !block.has("fw_package_build") && !block.has("serial_no")) {
      return;
    }
    Fields about = adapters.get().about;
    about
        .put("model", model)
        .put("serial", block.take("serial_no"))
        .put("firmware_package", block.take("fw_package_build", "fw_package_version"))
        .put("firmware", block.take("fw_version"))
        .put("bios", block.take("bios_version"))
        .put("nvdata", block.take("nvdata_version"))
        .put("boot_block", block.take("boot_block_version"))
        .put("sas_address", block.take("sas_address"))
        .put("cache_bytes", Sizes.binary(block.take("memory_size", "memory")))
        .put("bbu_present", block.flag("bbu"))
        .put("host_interface", block.take("host_interface"))
        .put("status", block.take("status"))
        .put("memory_correctable_errors", block.number("memory_correctable_errors"))
        .put("memory_uncorrectable_errors", block.number("memory_uncorrectable_errors"))
        .put("temperature_celsius", Text.number(block.take("roc_temperature")))
        .put("logical_drive_count", block.number("virtual_drives"))
        .put("physical_drive_count", block.number("disks"))
        .put("physical_device_count", block.number("physical_devices"))
        .put("critical_disks", block.number("critical_disks"))
        .put("failed_disks", block.number("failed_disks"));
    if (pci) {
      Long bus = Numbers.parse("0x" + block.take("bus_number"));
      Long device = Numbers.parse("0x" + block.take("device_number"));
      Long function = Numbers.parse("0x" + block.take("function_number"));
      if (bus != null
          && device != null
          && function != null
          && bus >= 0
          && bus < 256
          && device >= 0
          && device < 32
          && function >= 0
          && function < 8) {
        about.put(
            "pci_slot", String.format(Locale.ROOT, "0000:%02x:%02x.%x", bus, device, function));
      }
    }
  }

  static void logical(Fields logical, Block block) {
    String level = block.take("raid_level");
    Long span = block.number("span_depth");
    logical
        .put("name", block.take("name"))
        .put("level", level(level, span))
        .put("level_said", level)
        .put("state", block.take("state"))
        .put("size_bytes", Sizes.binary(block.take("size")))
        .put("strip_bytes", Sizes.binary(block.take("strip_size", "stripe_size")))
        .put("sector_bytes", block.number("sector_size"))
        .put("drive_count", block.number("number_of_drives"))
        .put("drives_per_span", block.number("number_of_drives_per_span"))
        .put("span_depth", span)
        .put("cache", block.take("current_cache_policy"))
        .put("default_cache", block.take("default_cache_policy"))
        .put("access", block.take("current_access_policy", "access_policy"))
        .put("disk_cache", block.take("disk_cache_policy"))
        .put("encryption", block.take("encryption_type"))
        .put("bad_blocks", block.flag("bad_blocks_exist"))
        .put(
            "progress",
            block.take("ongoing_progresses", "background_initialization", "check_consistency"));
  }

  /** RAID 10, 50 and 60 are said as 1, 5 and 6 with several spans. */
  private static @Nullable String level(@Nullable String text, @Nullable Long spans) {
    Matcher matcher = LEVEL.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return text;
    }
    String primary = String.valueOf(matcher.group(1));
    boolean spanned = (spans != null && spans > 1) || String.valueOf(matcher.group(2)).equals("3");
    return "RAID" + primary + (spanned && !primary.equals("0") ? "0" : "");
  }

  /** Keeps a drive; its id, enclosure and slot; null if it has no place. */
  static @Nullable String drive(RaidAdapter adapter, Block block) {
    Long enclosure = Numbers.parse(String.valueOf(block.take("enclosure_device_id")));
    Long slot = Numbers.parse(String.valueOf(block.take("slot_number")));
    Long device = block.number("device_id");
    if (slot == null && device == null) {
      return null;
    }
    String id =
        (enclosure == null ? "" : String.valueOf(enclosure))
            + ":"
            + (slot == null ? "device " + device : String.valueOf(slot));
    Fields drive = adapter.drive(id);
    Long sector = block.number("logical_sector_size", "sector_size");
    String state = block.take("firmware_state");
    String inquiry = block.raw("inquiry_data");
    String type = block.take("pd_type");
    drive
        .put("enclosure", enclosure)
        .put("slot", slot)
        .put("device_id", device)
        .put("state", state)
        .put("interface", type)
        .put("medium", medium(block.take("media_type")))
        .put("size_bytes", StorcliDrive.exact(block.take("raw_size"), sector))
        .put("coerced_size_bytes", StorcliDrive.exact(block.take("coerced_size"), sector))
        .put("sector_bytes", sector == null || sector == 0 ? null : sector)
        .put("physical_sector_bytes", block.number("physical_sector_size"))
        .put("wwn", block.take("wwn"))
        .put("sas_address", block.take("sas_address_0"))
        .put("firmware", block.take("device_firmware_level"))
        .put("device_speed", block.take("device_speed"))
        .put("link_speed", block.take("link_speed"))
        .put("media_errors", block.number("media_error_count"))
        .put("other_errors", block.number("other_error_count"))
        .put("predictive_failures", block.number("predictive_failure_count"))
        .put("smart_alert", block.flag("drive_has_flagged_a_s_m_a_r_t_alert"))
        .put("temperature_celsius", Text.number(block.take("drive_temperature")))
        .put("foreign", block.take("foreign_state"))
        .put("inquiry", inquiry == null ? null : inquiry.replaceAll("\\s+", " ").strip());
    MegacliInquiry.add(drive, inquiry, type);
    String position = block.take("drive_s_position", "drive_s_postion");
    Matcher group = GROUP.matcher(position == null ? "" : position);
    if (group.find()) {
      adapter.array(String.valueOf(group.group(1)));
      drive
          .put("array", group.group(1))
          .put("span", Numbers.parse(String.valueOf(group.group(2))))
          .put("arm", Numbers.parse(String.valueOf(group.group(3))));
    }
    if (state != null && state.startsWith("Hotspare")) {
      String kind = block.take("type");
      drive.put(
          "spare",
          kind != null && kind.toLowerCase(Locale.ROOT).contains("dedicated")
              ? "dedicated"
              : "global");
    }
    return id;
  }

  private static @Nullable String medium(@Nullable String type) {
    return type == null
        ? null
        : switch (type) {
          case "Hard Disk Device" -> "HDD";
          case "Solid State Device" -> "SSD";
          default -> type;
        };
  }

  static void enclosure(RaidAdapter adapter, @Nullable String number, Block block) {
    Long device = block.number("device_id");
    if (device == null) {
      return;
    }
    adapter
        .enclosures
        .computeIfAbsent(String.valueOf(device), key -> new Fields().put("id", key))
        .put("number", number == null ? null : Numbers.parse(number))
        .put("state", block.take("status"))
        .put("slots", block.number("number_of_slots"))
        .put("drives", block.number("number_of_physical_drives"))
        .put("power_supplies", block.number("number_of_power_supplies"))
        .put("fans", block.number("number_of_fans"))
        .put("type", block.take("enclosure_type"))
        .put("vendor", block.take("vendor_identification"))
        .put("product", block.take("product_identification"))
        .put("firmware", block.take("product_revision_level"))
        .put("serial", block.take("enclosure_serial_number"))
        .put("connector", block.take("connector_name"));
  }

  static void battery(RaidAdapter adapter, Block block) {
    Fields battery = new Fields();
    JsonFields.entries(adapter.about.node().path("battery")).forEach(battery::put);
    battery
        .put("model", block.take("batterytype"))
        .put("state", block.take("battery_state"))
        .put("voltage_millivolts", Text.number(number(block.take("voltage"))))
        .put("current_milliamperes", Text.number(number(block.take("current"))))
        .put("temperature_celsius", Text.number(number(block.take("temperature"))))
        .put("charge_percent", block.number("relative_state_of_charge"))
        .put("absolute_charge_percent", block.number("absolute_state_of_charge"))
        .put("remaining_milliampere_hours", block.number("remaining_capacity"))
        .put("full_milliampere_hours", block.number("full_charge_capacity"))
        .put("design_milliampere_hours", block.number("design_capacity"))
        .put("cycles", block.number("cycle_count"))
        .put("replacement_required", block.flag("battery_replacement_required"))
        .put("missing", block.flag("battery_pack_missing"))
        .put("health_good", block.flag("issohgood"))
        .put("manufactured", block.take("date_of_manufacture", "date_of_manufacture"))
        .put("serial", block.take("serial_number"))
        .put("next_learn", block.take("next_learn_time"));
    adapter.about.putUnlessEmpty("battery", battery.node());
  }

  /** Only values with a number: the same key means a state further down. */
  private static @Nullable String number(@Nullable String text) {
    return text != null && !text.isEmpty() && (Text.digit(text.charAt(0)) || text.charAt(0) == '-')
        ? text
        : null;
  }

  /** Parts of -ShowSummary, which has no numbers of adapters. */
  static void summary(Supplier<RaidAdapter> adapters, Block block) {
    String connector = block.take("connector");
    String part = String.valueOf(block.take("part"));
    String virtual = block.take("virtual_drive");
    String model = block.take("productname");
    if (connector != null) {
      RaidAdapter adapter = adapters.get();
      Long slot = Text.number(connector.substring(Math.max(0, connector.indexOf("Slot"))));
      String type = block.take("disk_type");
      if (type != null && type.startsWith("Unknown,")) {
        // The expander of a backplane stands among the drives, at the place of one of them; where
        // the backplane is named too it is no second one.
        if (!adapter.enclosures.isEmpty()) {
          return;
        }
        adapter
            .enclosures
            .computeIfAbsent(connector, key -> new Fields().put("id", key))
            .put("vendor", block.take("vendor_id"))
            .put("product", block.take("product_id"));
        return;
      }
      String id = connector.replaceAll("<.*>", "").replaceAll("\\s*: Slot\\s*", ":").strip();
      adapter
          .drive(id)
          .put("slot", slot)
          .put("vendor", block.take("vendor_id"))
          .put("model", block.take("product_id"))
          .put("state", block.take("state"))
          .put("interface", type == null ? null : type.replaceFirst(",.*", ""))
          .put("medium", type == null ? null : medium(type.replaceFirst("[^,]*,", "")))
          .put("size_bytes", Sizes.binary(block.take("capacity")))
          .put("power_state", block.take("power_state"));
    } else if (virtual != null) {
      String name =
          virtual.indexOf("VD name") < 0 ? null : virtual.substring(virtual.indexOf("VD name") + 7);
      Long target = Text.number(virtual);
      adapters
          .get()
          .logical(String.valueOf(target))
          .put("name", Text.known(name))
          .put("size_bytes", Sizes.binary(block.take("size")))
          .put("state", block.take("state"))
          .put("level", "RAID" + block.take("raid_level"));
    } else if (part.equals("Enclosure") && block.has("product_id")) {
      String product = String.valueOf(block.take("product_id"));
      adapters
          .get()
          .enclosures
          .computeIfAbsent(product, key -> new Fields().put("id", key))
          .put("product", product)
          .put("type", block.take("type"))
          .put("state", block.take("status"));
    } else if (part.equals("BBU") && !block.isEmpty()) {
      Fields battery =
          new Fields().put("model", block.take("bbu_type")).put("state", block.take("status"));
      adapters.get().about.putUnlessEmpty("battery", battery.node());
    } else if (model != null) {
      adapters
          .get()
          .about
          .put("model", model.replaceFirst("\\(Bus.*", ""))
          .put("sas_address", block.take("sas_address"))
          .put("firmware_package", block.take("fw_package_version"))
          .put("status", block.take("status"));
    }
  }
}
