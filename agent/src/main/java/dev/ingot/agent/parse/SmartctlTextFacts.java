package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What smartctl's text says of one device, by the names that its JSON has here. */
final class SmartctlTextFacts {
  private static final Pattern GROUPS =
      Pattern.compile("^\\d{1,3}(?:[ .,'\u2019\u00a0\u202f]\\d{3})+(?![\\d.,])");

  private static final Pattern SATA =
      Pattern.compile("(SATA [^,]+)(?:, ([0-9.]+ Gb/s))?(?: \\(current: ([0-9.]+ Gb/s)\\))?");

  private SmartctlTextFacts() {}

  static Fields describe(Block block) {
    String rotation = block.take("rotation_rate");
    String sectors = block.take("sector_size", "sector_sizes", "logical_block_size");
    boolean empty = block.has("no_medium");
    String capacity =
        block.take("user_capacity", "namespace_1_size_capacity", "total_nvm_capacity");
    String health =
        block.take("smart_overall_health_self_assessment_test_result", "smart_health_status");
    String available = block.take("smart_available");
    String enabled = block.take("smart_enabled");
    String wwn = block.take("lu_wwn_device_id");
    String eui = block.take("namespace_1_ieee_eui_64");
    String security = block.take("ata_security_is");
    boolean nvme =
        block.has("model_number")
            || block.has("data_units_read")
            || block.has("available_spare_threshold");
    boolean scsi = block.has("vendor") || block.has("transport_protocol");
    String scsiModel = block.take("product");
    String vendor = block.take("vendor");
    Fields fields =
        new Fields()
            .put(
                "protocol",
                nvme ? "nvme" : scsi ? "scsi" : block.has("device_model") ? "ata" : null)
            .put("family", block.take("model_family"))
            .put("vendor", vendor)
            .put(
                "model",
                scsiModel == null
                    ? block.take("device_model", "model_number")
                    : vendor == null ? scsiModel : vendor + " " + scsiModel)
            .put("serial", block.take("serial_number"))
            .put(
                "wwn",
                wwn == null
                    ? eui == null ? null : SmartctlJson.named("eui." + eui.replace(" ", ""))
                    : SmartctlJson.named("0x" + wwn.replace(" ", "").toLowerCase(Locale.ROOT)))
            .put("logical_unit_id", block.take("logical_unit_id"))
            .put("firmware", block.take("firmware_version", "revision"))
            .put("size_bytes", empty ? null : bytes(capacity))
            .put(
                "logical_sector_bytes",
                nvme
                    ? block.number("namespace_1_formatted_lba_size")
                    : empty ? null : Text.number(sectors))
            .put("physical_sector_bytes", physical(sectors, block.take("physical_block_size")))
            .put(
                "rotation_rpm",
                rotation != null && rotation.contains("rpm") ? Text.number(rotation) : null)
            .put(
                "medium",
                rotation == null
                    ? (nvme ? "ssd" : null)
                    : rotation.contains("rpm")
                        ? "hdd"
                        : rotation.startsWith("Solid") ? "ssd" : null)
            .put("form_factor", block.take("form_factor"))
            .put("ata_version", block.take("ata_version_is", "ata_standard_is"))
            .put("nvme_version", block.take("nvme_version"))
            .put("scsi_version", block.take("compliance"))
            .put("device_type", block.take("device_type"))
            .put("protection_type", block.number("protection_type"))
            .put("transport", block.take("transport_protocol"))
            .put(
                "smart_available",
                available == null ? null : Boolean.valueOf(available.startsWith("Available")))
            .put(
                "smart_enabled",
                enabled == null ? null : Boolean.valueOf(enabled.startsWith("Enabled")))
            .put(
                "passed",
                health == null
                    ? null
                    : Boolean.valueOf(health.startsWith("PASSED") || health.startsWith("OK")))
            .put("security", security)
            .put(
                "security_enabled",
                security == null ? null : Boolean.valueOf(security.startsWith("ENABLED")))
            .put(
                "security_frozen",
                security == null
                    ? null
                    : Boolean.valueOf(
                        security.contains("FROZEN") && !security.contains("NOT FROZEN")));
    sata(block.take("sata_version_is"), fields);
    String trim = block.take("trim_command");
    String listed = block.take("device_is");
    boolean database = listed != null && listed.contains("smartctl database");
    fields
        .put("trim", trim == null ? null : Boolean.valueOf(trim.startsWith("Available")))
        .put(
            "in_database",
            database ? Boolean.valueOf(String.valueOf(listed).startsWith("In ")) : null)
        .put("power_mode", block.take("power_mode_is", "power_mode_was"));
    counters(block, fields);
    return fields;
  }

  /** {@code SATA 3.2, 6.0 Gb/s (current: 3.0 Gb/s)}: the version, what it can and what it does. */
  private static void sata(@Nullable String text, Fields fields) {
    Matcher matcher = SATA.matcher(text == null ? "" : text);
    if (matcher.matches()) {
      fields
          .put("sata_version", matcher.group(1))
          .put("link_speed", matcher.group(3))
          .put("link_speed_maximum", matcher.group(2));
    } else {
      fields.put("sata_version", text);
    }
  }

  private static void counters(Block block, Fields fields) {
    fields
        .put("temperature_celsius", block.number("temperature", "current_drive_temperature"))
        .put("temperature_limit_celsius", block.number("drive_trip_temperature"))
        .put("critical_warning", block.number("critical_warning"))
        .put("available_spare_percent", block.number("available_spare"))
        .put("available_spare_threshold_percent", block.number("available_spare_threshold"))
        .put(
            "percentage_used",
            block.number("percentage_used", "percentage_used_endurance_indicator"))
        .put("read_bytes", SmartctlJson.times(grouped(block, "data_units_read")))
        .put("written_bytes", SmartctlJson.times(grouped(block, "data_units_written")))
        .put("power_cycles", grouped(block, "power_cycles"))
        .put("power_on_hours", grouped(block, "power_on_hours", "number_of_hours_powered_up"))
        .put("unsafe_shutdowns", grouped(block, "unsafe_shutdowns"))
        .put("media_errors", grouped(block, "media_and_data_integrity_errors"))
        .put(
            "error_log_entries",
            grouped(
                block,
                "error_information_log_entries",
                "ata_error_count",
                "device_error_count",
                "no_errors_logged"))
        .put("namespaces", block.number("number_of_namespaces"))
        .put("unallocated_bytes", bytes(block.take("unallocated_nvm_capacity")))
        .put("warning_temperature_celsius", block.number("warning_comp_temp_threshold"))
        .put("critical_temperature_celsius", block.number("critical_comp_temp_threshold"))
        .put("vendor_id", id(block.peek("pci_vendor_subsystem_id"), block.peek("pci_vendor_id")))
        .put("subsystem_vendor_id", id(block.take("pci_vendor_subsystem_id"), null))
        .put("grown_defects", block.number("elements_in_grown_defect_list"))
        .put("start_stop_cycles", block.number("accumulated_start_stop_cycles"))
        .put("manufactured", block.take("manufactured"));
  }

  /** Four digits, as lspci has them; one line says both where they are the same. */
  private static @Nullable String id(@Nullable String both, @Nullable String own) {
    Long number = Text.number(own == null ? both : own);
    return NvmeParser.hexadecimal(number, 4);
  }

  /** A count, whatever the locale put between its thousands. */
  private static @Nullable Long grouped(Block block, String... keys) {
    String text = block.take(keys);
    Matcher groups = GROUPS.matcher(text == null ? "" : text);
    return groups.find() ? Numbers.parse(groups.group().replaceAll("\\D", "")) : Text.number(text);
  }

  /** {@code 500,107,862,016 bytes [500 GB]}; 5.40 in some locales has blanks between thousands. */
  private static @Nullable Long bytes(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String digits =
        text.replaceFirst("\\[.*", "").replaceFirst("bytes.*", "").replaceAll("[^0-9]", "");
    return digits.isEmpty() ? null : Numbers.parse(digits);
  }

  private static @Nullable Long physical(@Nullable String sectors, @Nullable String block) {
    if (sectors == null || block != null) {
      return Text.number(block);
    }
    int logical = sectors.indexOf("logical,");
    return logical < 0
        ? sectors.contains("logical/physical") ? Text.number(sectors) : null
        : Text.number(sectors.substring(logical));
  }
}
