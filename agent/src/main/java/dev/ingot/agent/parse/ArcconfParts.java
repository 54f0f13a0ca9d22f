package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What arcconf says of controllers, arrays, logical devices and physical devices. */
final class ArcconfParts {
  private ArcconfParts() {}

  static void adapter(Fields about, Block block) {
    String pci =
        block.take("pci_address_domain_bus_device_function", "pci_address_bus_device_function");
    String counts =
        block.take(
            "logical_devices_failed_degraded",
            "logical_devices_failed_degraded_offline",
            "logical_drives_offline_critical");
    block.rest(
        about
            .put("model", block.take("controller_model"))
            .put("serial", block.take("controller_serial_number"))
            .put("wwn", block.take("controller_world_wide_name", "world_wide_name"))
            .put("status", block.take("controller_status"))
            .put("slot", slot(block.take("physical_slot")))
            .put("pci_slot", pci(pci))
            .put("firmware", block.take("firmware"))
            .put("bios", block.take("bios"))
            .put("driver", block.take("driver_name"))
            .put("driver_version", block.take("driver"))
            .put("boot_flash", block.take("boot_flash"))
            .put("cpld", block.take("cpld_load_version"))
            .put("mode", block.take("controller_mode"))
            .put("cache_bytes", Sizes.binary(block.take("installed_memory", "cache_memory")))
            .put("temperature_celsius", block.number("temperature"))
            .put("defunct_drives", block.number("defunct_disk_drive_count"))
            .put("logical_drive_count", Text.number(counts)));
  }

  /** 65535 where nobody knows. */
  static @Nullable String slot(@Nullable String slot) {
    return "65535".equals(slot) ? null : slot;
  }

  private static @Nullable String pci(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String[] parts = (text.split("[:.]", -1).length == 3 ? "0:" + text : text).split("[:.]", -1);
    if (parts.length != 4) {
      return text;
    }
    Long[] numbers = new Long[4];
    for (int i = 0; i < 4; i++) {
      numbers[i] = Numbers.parse("0x" + parts[i]);
      if (numbers[i] == null) {
        return text;
      }
    }
    return String.format(
        Locale.ROOT, "%04x:%02x:%02x.%x", numbers[0], numbers[1], numbers[2], numbers[3]);
  }

  static void battery(RaidAdapter adapter, Block block) {
    Fields battery =
        new Fields()
            .put(
                "state",
                block.take(
                    "status",
                    "overall_backup_unit_status",
                    "backup_unit_status",
                    "backup_power_status"))
            .put("kind", block.take("backup_unit_type", "non_volatile_storage_status"))
            .put("temperature_celsius", block.number("current_temperature", "over_temperature"))
            .put(
                "charge_percent",
                block.number("capacity_remaining", "capacity_remaining_percent", "charge_level"));
    adapter.about.putUnlessEmpty("battery", block.rest(battery).node());
  }

  static void array(Fields array, Block block) {
    block.rest(
        array
            .put("name", block.take("name"))
            .put("state", block.take("status"))
            .put("interface", block.take("interface"))
            .put("size_bytes", Sizes.binary(block.take("total_size")))
            .put("free_bytes", Sizes.binary(block.take("unused_size")))
            .put("sector_bytes", Sizes.binary(block.take("block_size"))));
  }

  static void logical(RaidAdapter adapter, String id, Block block) {
    Fields logical = adapter.logical(id);
    String level = block.take("raid_level");
    // ServeRAID names no segments but their places: "0,0 0,1".
    for (String place :
        Text.parts(block.take("drive_s_channel_device", "stripe_order_channel_device"), " \n")) {
      adapter.member(id, "", place);
    }
    block.rest(
        logical
            .put("name", block.take("logical_device_name", "logical_drive_name"))
            .put("level", level == null ? null : level(level))
            .put("level_said", level)
            .put("state", block.take("status_of_logical_device", "status_of_logical_drive"))
            .put("size_bytes", Sizes.binary(block.take("size")))
            .put("parity_bytes", Sizes.binary(block.take("parity_space")))
            .put(
                "strip_bytes",
                Sizes.binary(block.take("stripe_unit_size", "strip_unit_size", "interleave_size")))
            .put("sector_bytes", Sizes.binary(block.take("block_size_of_member_drives")))
            .put("unique_id", block.take("unique_identifier", "volume_unique_identifier"))
            .put("os_drive", block.take("disk_name"))
            .put("array", block.take("array"))
            .put("protected_by_spare", block.flag("protected_by_hot_spare"))
            .put("bootable", block.flag("bootable"))
            .put("failed_stripes", block.flag("failed_stripes", "defunct_stripes"))
            .put("read_cache", block.take("read_cache_setting", "read_cache_mode"))
            .put("write_cache", block.take("write_cache_setting", "write_cache_mode")));
  }

  /** What {@code getstatus} says of a logical drive at work. */
  static void task(RaidAdapter adapter, Block block) {
    String id = block.take("logical_device", "logical_drive");
    if (id != null) {
      adapter
          .logical(id)
          .put("task", block.take("current_operation"))
          .put("task_status", block.take("status"))
          .put("progress_percent", block.number("percentage_complete"));
    }
  }

  private static final Pattern SEGMENT =
      Pattern.compile(
          ".*?: (\\w+) *\\(([0-9.]+ ?[KMGT]B), (\\w+), (\\w+), (?:Connector:\\w+, *)??"
              + "(Connector|Enclosure):(\\d+), *(?:Device|Slot):(\\d+)\\) *(\\S+)");

  private static final Pattern NUMBER = Pattern.compile("Device (\\d+) .*");

  /**
   * A segment of which nothing else describes the drive; false if it says none.
   *
   * @param array that it stands in
   */
  static boolean segment(RaidAdapter adapter, String text, @Nullable String array) {
    Matcher matcher = SEGMENT.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    String serial = String.valueOf(matcher.group(8));
    if (adapter.physicalDrives.values().stream()
        .anyMatch(drive -> drive.node().path("serial").asString("").equals(serial))) {
      // Described further down.
      return true;
    }
    String around = String.valueOf(matcher.group(5)).toLowerCase(Locale.ROOT);
    Matcher number = NUMBER.matcher(text);
    adapter
        .drive(number.matches() ? number.group(1) : matcher.group(6) + ":" + matcher.group(7))
        .put("state", matcher.group(1))
        .put("array", array)
        .put(around, Numbers.parse(String.valueOf(matcher.group(6))))
        .put("slot", Numbers.parse(String.valueOf(matcher.group(7))))
        .put("interface", matcher.group(3))
        .put("medium", matcher.group(4))
        .put("size_bytes", Sizes.binary(matcher.group(2)))
        .put("serial", serial);
    return true;
  }

  private static final Pattern LOGICAL =
      Pattern.compile("Logical (\\d+) *: (.+?) \\(([^,()]+), ([^,()]+), ([^,()]+)\\) *(.*)");

  /** A logical device in an array's list; false if it is none. */
  static boolean listed(RaidAdapter adapter, String array, String text) {
    Matcher matcher = LOGICAL.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    Fields logical = adapter.logical(String.valueOf(matcher.group(1))).put("array", array);
    if (!logical.has("state")) {
      logical
          .put("name", Text.known(matcher.group(6)))
          .put("level", level(matcher.group(3).strip()))
          .put("state", matcher.group(2))
          .put("size_bytes", Sizes.binary(matcher.group(5).strip()));
    }
    return true;
  }

  private static String level(String said) {
    return Text.matches(said, "\\d+.*") ? "RAID" + said.replaceFirst("[^0-9].*", "") : said;
  }

  static void drive(RaidAdapter adapter, String id, Block block) {
    Fields drive = adapter.drive(id);
    String kind = block.take("device_is");
    String vendor = block.take("vendor");
    Long size = Sizes.binary(block.take("total_size", "size"));
    String array = block.take("array");
    if (array != null && Numbers.parse(array) != null) {
      adapter.array(array);
    }
    String speed = block.take("transfer_speed");
    // ServeRAID says "Defunct" of one that is.
    String rate = speed == null || !Text.matches(speed, ".*\\d.*") ? null : speed;
    Long warnings = block.number("s_m_a_r_t_warnings");
    Boolean failing = block.flag("pfa");
    String state = block.take("state");
    Boolean ssd = block.flag("ssd");
    String location = block.take("reported_location");
    block.rest(
        drive
            .put("kind", kind)
            .put("state", state)
            .put("location", location)
            .put("enclosure", place(location, "Enclosure "))
            .put("slot", place(location, "Slot "))
            .put("connector", place(location, "Connector "))
            .put(
                "channel_device",
                block.take("reported_channel_device_t_l", "reported_channel_device"))
            .put("vendor", "*MISSING*".equals(vendor) ? null : vendor)
            .put("model", block.take("model"))
            .put("firmware", block.take("firmware"))
            .put("serial", block.take("serial_number"))
            .put("wwn", block.take("world_wide_name", "wwn"))
            .put("interface", rate == null ? null : rate.replaceFirst(" .*", ""))
            .put("link_speed", rate)
            .put(
                "medium",
                (kind != null && kind.contains("Solid")) || Boolean.TRUE.equals(ssd)
                    ? "SSD"
                    : ssd == null ? null : "HDD")
            .put("size_bytes", size == null || size == 0 ? null : size)
            .put("array", array)
            .put("used_bytes", Sizes.binary(block.take("used_size")))
            .put("free_bytes", Sizes.binary(block.take("unused_size")))
            .put("sector_bytes", Sizes.binary(block.take("block_size", "logical_sector_size")))
            .put("physical_sector_bytes", Sizes.binary(block.take("physical_block_size")))
            .put("rotation_rpm", block.number("rotational_speed"))
            .put("temperature_celsius", block.number("temperature", "current_temperature"))
            .put(
                "media_errors",
                block.number("medium_error_count", "total_medium_errors", "media_failures"))
            .put("predictive_failures", block.number("predictive_failures"))
            .put("hardware_errors", block.number("hardware_error_count"))
            .put("smart_warnings", warnings)
            // No warning of one whose warnings are counted, or whose failure is predicted.
            .put(
                "smart_alert",
                (failing == null && warnings != null) ? (Boolean) (warnings > 0) : failing)
            .put("power_state", block.take("power_state"))
            .put("write_cache", block.take("write_cache"))
            .put("spare", state == null ? null : spare(state)));
    // Where logical devices name no serial they name one of these.
    String channel = drive.node().path("channel_device").asString("");
    adapter.alias(channel.replaceFirst("\\(.*", ""), id);
    if (location != null) {
      Long unit = place(location, "Slot ");
      Long around = place(location, "Enclosure ");
      adapter.alias(
          (around == null ? "C" + place(location, "Connector ") : "E" + around)
              + ":"
              + (unit == null ? place(location, "Device ") : unit),
          id);
    }
  }

  private static @Nullable String spare(String state) {
    String lower = state.toLowerCase(Locale.ROOT);
    return !lower.contains("spare") ? null : lower.contains("dedicated") ? "dedicated" : "global";
  }

  private static @Nullable Long place(@Nullable String location, String word) {
    return location == null ? null : Text.number(Text.between(location + ",", word, ","));
  }

  static void enclosure(RaidAdapter adapter, String id, Block block) {
    block.rest(
        adapter
            .enclosures
            .computeIfAbsent(id, key -> new Fields().put("id", key))
            .put("kind", block.take("device_is"))
            .put("location", block.take("reported_location"))
            .put("vendor", block.take("vendor"))
            .put("product", block.take("model"))
            .put("firmware", block.take("firmware"))
            .put("state", block.take("status_of_enclosure_services_device", "state"))
            .put("enclosure_id", block.number("enclosure_id", "enclosure_logical_identifier")));
  }
}
