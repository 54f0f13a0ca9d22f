package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** {@code smartctl -j} (since 7.0). */
final class SmartctlJson {
  /** NVMe counts data in thousands of 512 bytes (NVM Express Base Specification, SMART log). */
  private static final long DATA_UNIT = 512_000;

  private SmartctlJson() {}

  static void read(JsonNode root, ArrayNode devices, ArrayNode scanned, Notes notes) {
    for (JsonNode message : JsonFields.list(root.path("smartctl").path("messages"))) {
      notes.add(
          "smartctl "
              + JsonFields.text(message, "severity")
              + ": "
              + JsonFields.text(message, "string"));
    }
    for (JsonNode device : JsonFields.list(root.path("devices"))) {
      scanned.add(device(device).node());
    }
    boolean described =
        root.has("device")
            || root.has("serial_number")
            || root.has("model_name")
            || root.has("smart_status");
    if (described) {
      Fields device = describe(root);
      for (JsonNode message : JsonFields.list(root.path("smartctl").path("messages"))) {
        Matcher asleep = SmartctlText.ASLEEP.matcher(message.path("string").asString(""));
        if (asleep.matches() && !device.has("power_mode")) {
          device.put("power_mode", asleep.group(1));
        }
      }
      devices.add(device.node());
    }
  }

  private static Fields device(JsonNode device) {
    String protocol = JsonFields.text(device, "protocol");
    return new Fields()
        .put("device", JsonFields.text(device, "name"))
        .put("info_name", JsonFields.text(device, "info_name"))
        .put("type", JsonFields.text(device, "type"))
        .put("protocol", protocol == null ? null : protocol.toLowerCase(Locale.ROOT));
  }

  private static Fields describe(JsonNode root) {
    Long rotation = JsonFields.number(root, "rotation_rate");
    JsonNode wwn = root.path("wwn");
    JsonNode sata = root.path("sata_version");
    JsonNode speed = root.path("interface_speed");
    Fields fields =
        device(root.path("device"))
            .put("family", JsonFields.text(root, "model_family"))
            .put("vendor", JsonFields.text(root, "scsi_vendor", "vendor"))
            .put("model", JsonFields.text(root, "model_name", "scsi_model_name", "product"))
            .put("serial", JsonFields.text(root, "serial_number"))
            .put(
                "wwn",
                wwn.isObject() ? wwn(wwn) : eui(root.path("nvme_namespaces").path(0).path("eui64")))
            .put("logical_unit_id", JsonFields.text(root, "logical_unit_id"))
            .put("firmware", JsonFields.text(root, "firmware_version", "scsi_revision", "revision"))
            .put("size_bytes", size(root))
            .put("logical_sector_bytes", JsonFields.number(root, "logical_block_size"))
            .put("physical_sector_bytes", JsonFields.number(root, "physical_block_size"))
            .put("rotation_rpm", rotation == null || rotation == 0 ? null : rotation)
            .put(
                "medium",
                rotation != null
                    ? (rotation == 0 ? "ssd" : "hdd")
                    : root.has("nvme_version") ? "ssd" : null)
            .put("form_factor", JsonFields.text(root.path("form_factor"), "name"))
            .put("ata_version", JsonFields.text(root.path("ata_version"), "string"))
            .put("sata_version", JsonFields.text(sata, "string"))
            .put("nvme_version", JsonFields.text(root.path("nvme_version"), "string"))
            .put("scsi_version", JsonFields.text(root, "scsi_version"))
            .put("device_type", JsonFields.text(root.path("device_type"), "name"))
            .put("protection_type", JsonFields.number(root, "scsi_protection_type"))
            .put("transport", JsonFields.text(root.path("scsi_transport_protocol"), "name"))
            .put("link_speed", JsonFields.text(speed.path("current"), "string"))
            .put("link_speed_maximum", JsonFields.text(speed.path("max"), "string"))
            .put("trim", JsonFields.flag(root.path("trim"), "supported"))
            .put("in_database", JsonFields.flag(root, "in_smartctl_database"))
            .put("smart_available", JsonFields.flag(root.path("smart_support"), "available"))
            .put("smart_enabled", JsonFields.flag(root.path("smart_support"), "enabled"))
            .put("passed", JsonFields.flag(root.path("smart_status"), "passed"));
    health(root, fields);
    nvme(root, fields);
    ata(root, fields);
    scsi(root, fields);
    return fields;
  }

  /** As the kernel writes the name of a namespace. */
  private static @Nullable String eui(JsonNode eui) {
    return eui.has("oui") && eui.has("ext_id")
        ? String.format(
            Locale.ROOT, "eui.%06x%010x", eui.path("oui").asLong(0), eui.path("ext_id").asLong(0))
        : null;
  }

  private static @Nullable String wwn(JsonNode wwn) {
    return named(
        String.format(
            Locale.ROOT,
            "0x%x%06x%09x",
            wwn.path("naa").asLong(0),
            wwn.path("oui").asLong(0),
            wwn.path("id").asLong(0)));
  }

  /** Cheap drives have nothing but zeroes for a name; what somebody masked is none. */
  static @Nullable String named(String wwn) {
    return Text.matches(wwn, "(0x5?|eui\\.)0*") || !Text.matches(wwn, "(0x|eui\\.)[0-9a-fA-F]+")
        ? null
        : wwn;
  }

  private static @Nullable Long size(JsonNode root) {
    JsonNode capacity = root.path("user_capacity");
    Long bytes = JsonFields.number(capacity.isObject() ? capacity.path("bytes") : capacity);
    return bytes == null ? JsonFields.number(root, "nvme_total_capacity") : bytes;
  }

  /** smartctl says it in a word since 7.5; before, it stands in an ATA disk's statistics. */
  private static @Nullable Long worn(JsonNode root) {
    Long said = JsonFields.number(root.path("endurance_used"), "current_percent");
    for (JsonNode page : JsonFields.list(root.path("ata_device_statistics").path("pages"))) {
      for (JsonNode row : JsonFields.list(page.path("table"))) {
        if (said == null
            && page.path("number").asInt(0) == 7
            && row.path("offset").asInt(0) == 8
            && row.path("flags").path("valid").asBoolean(true)) {
          said = JsonFields.number(row, "value");
        }
      }
    }
    return said;
  }

  private static void health(JsonNode root, Fields fields) {
    JsonNode temperature = root.path("temperature");
    JsonNode security = root.path("ata_security");
    fields
        .put("temperature_celsius", JsonFields.number(temperature, "current"))
        .put(
            "temperature_limit_celsius",
            JsonFields.number(temperature, "drive_trip", "op_limit_max"))
        .put("power_on_hours", JsonFields.number(root.path("power_on_time"), "hours"))
        .put("power_cycles", JsonFields.number(root, "power_cycle_count"))
        .put("percentage_used", worn(root))
        .put(
            "spare_available_percent",
            JsonFields.number(root.path("spare_available"), "current_percent"))
        .put("power_mode", JsonFields.text(root.path("power_mode"), "name"))
        .put("security", JsonFields.text(security, "string"))
        .put("security_enabled", JsonFields.flag(security, "enabled"))
        .put("security_frozen", JsonFields.flag(security, "frozen"));
  }

  private static void nvme(JsonNode root, Fields fields) {
    JsonNode log = root.path("nvme_smart_health_information_log");
    JsonNode thresholds = root.path("nvme_composite_temperature_threshold");
    JsonNode vendor = root.path("nvme_pci_vendor");
    fields
        .put("warning_temperature_celsius", JsonFields.number(thresholds, "warning"))
        .put("critical_temperature_celsius", JsonFields.number(thresholds, "critical"))
        .put("vendor_id", NvmeParser.hexadecimal(JsonFields.number(vendor, "id"), 4))
        .put(
            "subsystem_vendor_id",
            NvmeParser.hexadecimal(JsonFields.number(vendor, "subsystem_id"), 4));
    if (root.has("nvme_number_of_namespaces")) {
      fields.put("namespaces", JsonFields.number(root, "nvme_number_of_namespaces"));
      fields.put("unallocated_bytes", JsonFields.number(root, "nvme_unallocated_capacity"));
    }
    if (!log.isObject()) {
      return;
    }
    Long read = JsonFields.number(log, "data_units_read");
    Long written = JsonFields.number(log, "data_units_written");
    fields
        .put("critical_warning", JsonFields.number(log, "critical_warning"))
        .put("available_spare_percent", JsonFields.number(log, "available_spare"))
        .put(
            "available_spare_threshold_percent",
            JsonFields.number(log, "available_spare_threshold"))
        .put("percentage_used", JsonFields.number(log, "percentage_used"))
        .put("read_bytes", times(read))
        .put("written_bytes", times(written))
        .put("unsafe_shutdowns", JsonFields.number(log, "unsafe_shutdowns"))
        .put("media_errors", JsonFields.number(log, "media_errors"))
        .put("error_log_entries", JsonFields.number(log, "num_err_log_entries"));
    if (!fields.has("power_on_hours")) {
      fields.put("power_on_hours", JsonFields.number(log, "power_on_hours"));
    }
    if (!fields.has("power_cycles")) {
      fields.put("power_cycles", JsonFields.number(log, "power_cycles"));
    }
    if (!fields.has("temperature_celsius")) {
      fields.put("temperature_celsius", JsonFields.number(log, "temperature"));
    }
  }

  static @Nullable Long times(@Nullable Long units) {
    return units == null || units < 0 || units > Long.MAX_VALUE / DATA_UNIT
        ? null
        : Long.valueOf(units * DATA_UNIT);
  }

  private static void ata(JsonNode root, Fields fields) {
    ArrayNode attributes = Fields.array();
    for (JsonNode one : JsonFields.list(root.path("ata_smart_attributes").path("table"))) {
      attributes.add(
          SmartAttributes.described(
              JsonFields.number(one, "id"),
              JsonFields.text(one, "name"),
              JsonFields.number(one, "value"),
              JsonFields.number(one, "worst"),
              JsonFields.number(one, "thresh"),
              JsonFields.text(one, "when_failed"),
              JsonFields.number(one.path("raw"), "value"),
              JsonFields.text(one.path("raw"), "string")));
    }
    SmartAttributes.add(fields, attributes);
    JsonNode errors = root.path("ata_smart_error_log");
    Long count = JsonFields.number(errors.path("summary"), "count");
    fields.put(
        "error_log_entries",
        count == null ? JsonFields.number(errors.path("extended"), "count") : count);
    JsonNode test = root.path("ata_smart_data").path("self_test").path("status");
    fields.put("self_test", JsonFields.text(test, "string"));
  }

  private static void scsi(JsonNode root, Fields fields) {
    fields.put("grown_defects", JsonFields.number(root, "scsi_grown_defect_list"));
    JsonNode cycles = root.path("scsi_start_stop_cycle_counter");
    fields.put("start_stop_cycles", JsonFields.number(cycles, "accumulated_start_stop_cycles"));
    String year = JsonFields.text(cycles, "year_of_manufacture");
    String week = JsonFields.text(cycles, "week_of_manufacture");
    fields.put("manufactured", year == null ? null : year + (week == null ? "" : "-W" + week));
    fields.put(
        "percentage_used", JsonFields.number(root, "scsi_percentage_used_endurance_indicator"));
    JsonNode log = root.path("scsi_error_counter_log");
    for (String kind : java.util.List.of("read", "write", "verify")) {
      fields.put(
          kind + "_uncorrected_errors",
          JsonFields.number(log.path(kind), "total_uncorrected_errors"));
      fields.put(
          kind + "_corrected_errors", JsonFields.number(log.path(kind), "total_errors_corrected"));
    }
  }
}
