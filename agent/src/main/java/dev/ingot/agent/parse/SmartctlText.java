package dev.ingot.agent.parse;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** smartctl's text. */
final class SmartctlText {
  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "(\\d{1,3})"
              + " (\\S+)\\s+(?:0x[0-9a-f]{4}|[POSRCK-]{6})\\s+(\\d{1,3}|---)\\s+(\\d{1,3}|---)\\s+(\\d{1,3}|---)\\s+(?:(?:Pre-fail|Old_age)\\s+\\S+\\s+)?(\\S+)\\s+(.*)");

  private static final Pattern SCAN = Pattern.compile("(/dev/\\S+) -d (\\S+) # (.*)");
  private static final Pattern MANUFACTURED =
      Pattern.compile("Manufactured in week (\\d+) of year (\\d+)\\b.*");
  private static final Pattern GROUPS =
      Pattern.compile("^\\d{1,3}(?:[ .,'\u2019\u00a0\u202f]\\d{3})+(?![\\d.,])");
  private static final Pattern ERRORS = Pattern.compile("(read|write|verify): +(\\d+ +.*)");

  private final ArrayNode devices;
  private Block block = new Block();
  private ArrayNode attributes = Fields.array();
  private Fields counters = new Fields();
  private boolean known;

  private SmartctlText(ArrayNode devices) {
    this.devices = devices;
  }

  static void read(List<Line> lines, ArrayNode devices, ArrayNode scanned, Notes notes) {
    SmartctlText reading = new SmartctlText(devices);
    @Nullable String table = null;
    for (Line line : lines) {
      String text = line.text();
      Matcher scan = SCAN.matcher(text);
      if (line.isBlank()) {
        table = null;
      } else if (scan.matches()) {
        scanned.add(
            new Fields()
                .put("device", scan.group(1))
                .put("type", scan.group(2))
                .put("protocol", protocol(String.valueOf(scan.group(3))))
                .node());
      } else if (Text.matches(text, "smartctl (version )?\\d.*")) {
        reading.end();
        reading.known = false;
      } else if (text.startsWith("=== START OF INFORMATION") && reading.identified()) {
        // The next device, where somebody left out the line with the version.
        reading.end();
        reading.known = false;
      } else if (text.startsWith("Copyright (C)")
          || text.startsWith("Home page is")
          || text.startsWith("===")
          || text.startsWith("#")) {
        continue;
      } else if (Text.matches(
          text,
          "(Num  Test_Description|Num +ErrCount|Supported Power States|Supported LBA Sizes|St Op|Id"
              + " Fmt|ID# ATTRIBUTE|Error Information \\(|Error counter log|Errors Corrected"
              + " by.*|.*fast \\| delayed.*|SMART Selective self-test|SPAN ).*")) {
        table = text;
      } else {
        reading.line(line, table != null, notes);
      }
    }
    reading.end();
  }

  private static @Nullable String protocol(String comment) {
    String lower = comment.toLowerCase(Locale.ROOT);
    return lower.contains("nvme")
        ? "nvme"
        : lower.contains("ata device") || lower.contains("[sat]")
            ? "ata"
            : lower.contains("scsi device") ? "scsi" : null;
  }

  private boolean identified() {
    return block.has("serial_number")
        || block.has("device_model")
        || block.has("model_number")
        || block.has("product");
  }

  private void line(Line line, boolean table, Notes notes) {
    String text = line.text();
    if (sentence(text)) {
      return;
    }
    Matcher attribute = ATTRIBUTE.matcher(text);
    Matcher errors = ERRORS.matcher(text);
    if (attribute.matches()) {
      known = true;
      String raw = String.valueOf(attribute.group(7));
      attributes.add(
          SmartAttributes.described(
              Numbers.parse(String.valueOf(attribute.group(1))),
              attribute.group(2),
              Numbers.parse(String.valueOf(attribute.group(3))),
              Numbers.parse(String.valueOf(attribute.group(4))),
              Numbers.parse(String.valueOf(attribute.group(5))),
              Text.known(attribute.group(6)),
              Text.number(raw),
              raw));
    } else if (errors.matches()) {
      List<String> words = Text.parts(errors.group(2), " ");
      String kind = String.valueOf(errors.group(1));
      if (words.size() >= 7) {
        counters.put(kind + "_corrected_errors", Numbers.parse(words.get(3)));
        counters.put(kind + "_uncorrected_errors", Numbers.parse(words.getLast()));
      }
    } else if (!table && Block.colon(text) > 0) {
      device(text);
      block.add(text);
    } else if (text.startsWith("SMART/Health Information (NVMe Log")) {
      known = true;
    } else if (!table && line.indent() == 0 && !describes(text)) {
      notes.line(line);
    }
  }

  /** Facts that are no key and value; false if this is none. */
  private boolean sentence(String text) {
    Matcher made = MANUFACTURED.matcher(text);
    if (made.matches()) {
      block.put("manufactured", made.group(2) + "-W" + made.group(1));
    } else if (text.startsWith("Accumulated power on time, hours:minutes ")) {
      block.put("power_on_hours", text.substring(41).replaceFirst(":.*", ""));
    } else if (text.startsWith("number of hours powered up = ")) {
      block.put("number_of_hours_powered_up", text.substring(29));
    } else if (text.startsWith("Device supports SMART and is ")) {
      block.put("smart_available", "Available");
      block.put("smart_enabled", text.substring(29));
    } else if (text.startsWith("Device does not support SMART")) {
      block.put("smart_available", "Unavailable");
    } else {
      return false;
    }
    return true;
  }

  /** {@code Device: IBM-ESXS ST3300655SS Version: BA23} of versions before 5.40. */
  private void device(String text) {
    Matcher old = Pattern.compile("Device: (\\S+)\\s+(\\S.*?)\\s+Version: (\\S+)").matcher(text);
    if (old.matches()) {
      block.put("vendor", String.valueOf(old.group(1)));
      block.put("product", String.valueOf(old.group(2)));
      block.put("revision", String.valueOf(old.group(3)));
    }
    if (text.startsWith("SMART support is:")) {
      String value = text.substring(17).strip();
      block.put(
          value.startsWith("Available") || value.startsWith("Unavailable")
              ? "smart_available"
              : "smart_enabled",
          value);
    }
  }

  /** Sentences that smartctl writes around its values. */
  private static boolean describes(String text) {
    return Text.matches(
            text,
            "(Vendor Specific|General SMART|SMART Error Log|SMART Self-test|SMART"
                + " Extended|SMART/Health|Selective self-test|If Selective|No Errors Logged|No"
                + " self-tests|No Self-tests|Device supports SMART|Device does not"
                + " support|Temperature Warning|Offline data collection|Total time to complete|data"
                + " collection|capabilities|Short self-test|Extended self-test|Conveyance"
                + " self-test|recommended polling|SMART Attributes|Device is|Warning|was|been"
                + " run|Error logging|Long .* [Ss]elf|General Purpose|Address +Access|SCT |Device"
                + " Statistics|Page +Offset|Pending Defects|SATA Phy|ID +Size|Index +|Elements in| "
                + " *\\||0x[0-9a-f]|GPL|Read SMART|Background|Non-medium|SAS|relative"
                + " target|Protocol Specific|Vendor \\(|Status:|Accumulated|Number of|\\d).*")
        || text.startsWith("|")
        || text.startsWith("(");
  }

  private void end() {
    Block ended = block;
    ArrayNode table = attributes;
    Fields counted = counters;
    block = new Block();
    attributes = Fields.array();
    counters = new Fields();
    boolean said =
        ended.has("serial_number")
            || ended.has("device_model")
            || ended.has("model_number")
            || ended.has("product")
            || ended.has("smart_overall_health_self_assessment_test_result")
            || ended.has("smart_health_status")
            || ended.has("ata_security_is")
            || ended.has("user_capacity")
            || ended.has("media_and_data_integrity_errors")
            || known;
    if (said) {
      Fields fields = describe(ended);
      counted.node().forEachEntry(fields::put);
      SmartAttributes.add(fields, table);
      devices.add(fields.node());
    }
  }

  private static Fields describe(Block block) {
    String rotation = block.take("rotation_rate");
    String sectors = block.take("sector_size", "sector_sizes", "logical_block_size");
    String capacity =
        block.take("user_capacity", "namespace_1_size_capacity", "total_nvm_capacity");
    String health =
        block.take("smart_overall_health_self_assessment_test_result", "smart_health_status");
    String available = block.take("smart_available");
    String enabled = block.take("smart_enabled");
    String wwn = block.take("lu_wwn_device_id");
    String eui = block.take("namespace_1_ieee_eui_64");
    String security = block.take("ata_security_is");
    boolean nvme = block.has("model_number") || block.has("data_units_read");
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
                    ? eui == null ? null : "eui." + eui.replace(" ", "")
                    : "0x" + wwn.replace(" ", ""))
            .put("logical_unit_id", block.take("logical_unit_id"))
            .put("firmware", block.take("firmware_version", "revision"))
            .put("size_bytes", bytes(capacity))
            .put(
                "logical_sector_bytes",
                nvme ? block.number("namespace_1_formatted_lba_size") : Text.number(sectors))
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
            .put("sata_version", block.take("sata_version_is"))
            .put("nvme_version", block.take("nvme_version"))
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
    counters(block, fields);
    return fields;
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
        .put("error_log_entries", grouped(block, "error_information_log_entries"))
        .put("namespaces", block.number("number_of_namespaces"))
        .put("grown_defects", block.number("elements_in_grown_defect_list"))
        .put("start_stop_cycles", block.number("accumulated_start_stop_cycles"))
        .put("manufactured", block.take("manufactured"));
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
