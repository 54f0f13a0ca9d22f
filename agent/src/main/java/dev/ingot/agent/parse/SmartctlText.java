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

  /** {@code 0x07 0x008 1 20 N-- Percentage Used…} of an ATA disk's statistics. */
  private static final Pattern WORN =
      Pattern.compile(
          "(?:0x0)?7 +0x0*8 +1 +(\\d+)(?:~| +[-A-Z]+)? +Percentage Used Endurance Indicator");

  private static final Pattern MANUFACTURED =
      Pattern.compile("Manufactured in week (\\d+) of year (\\d+)\\b.*");

  /** What is said of a disk that {@code -n} leaves asleep. */
  static final Pattern ASLEEP =
      Pattern.compile("Device is in (\\S.*?) mode(?:, exit\\(\\d+\\))?\\.?");

  private static final Pattern ERRORS = Pattern.compile("(read|write|verify): +(\\d+ +.*)");

  /** Any of these is a fact of a device, also where the rest is cut off. */
  private static final List<String> SAID =
      List.of(
          "serial_number",
          "device_model",
          "model_number",
          "product",
          "smart_overall_health_self_assessment_test_result",
          "smart_health_status",
          "ata_security_is",
          "user_capacity",
          "sata_version_is",
          "smart_available",
          "total_nvm_capacity",
          "namespace_1_size_capacity",
          "data_units_written",
          "power_on_hours",
          "media_and_data_integrity_errors",
          "current_drive_temperature",
          "elements_in_grown_defect_list");

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
      if (line.isBlank() || text.startsWith("===") || text.startsWith("smartctl ")) {
        table = null; // a page may have no blank lines
      }
      if (line.isBlank()) {
        continue;
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
          "(Num  Test_Description|Num  Test  |Num +ErrCount|Supported Power States|Supported LBA"
              + " Sizes|St Op|Id Fmt|ID# ATTRIBUTE|Error Information \\(|Error counter log|Errors"
              + " Corrected by.*|.*fast \\| delayed.*|SMART Selective self-test|SPAN ).*")) {
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
    if (problem(text)) {
      notes.line(line);
      known |= ASLEEP.matcher(text).matches();
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
    Matcher worn = WORN.matcher(text);
    if (worn.matches()) {
      known = true;
      block.put("percentage_used_endurance_indicator", String.valueOf(worn.group(1)));
    } else if (made.matches()) {
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
    } else if (Text.matches(text, "Formatted with type \\d protection")) {
      block.put("protection_type", text.substring(20, 21));
    } else if (text.equals("No Errors Logged")) {
      block.put("no_errors_logged", "0");
    } else {
      return false;
    }
    return true;
  }

  /** Why smartctl says no more of a device; one that sleeps is left asleep. */
  private boolean problem(String text) {
    Matcher asleep = ASLEEP.matcher(text);
    if (asleep.matches()) {
      block.put("power_mode_is", String.valueOf(asleep.group(1)));
    } else if (text.startsWith("NO MEDIUM")) {
      // What it says of a size is no size then.
      block.put("no_medium", "");
    }
    return asleep.matches()
        || Text.matches(
            text,
            "NO MEDIUM.*|/dev/\\S+:"
                + " (Unknown|Unsupported|Unable|Device|Type|Please|Input|.*failed).*|Smartctl open"
                + " device: .*|Read Device Identity failed.*|Please specify device type.*|A"
                + " mandatory SMART command failed.*|.*[Pp]ermission denied.*");
  }

  /** {@code Device: IBM-ESXS ST3300655SS Version: BA23} of versions before 5.40. */
  private void device(String text) {
    Matcher old = Pattern.compile("Device: (\\S+)\\s+(\\S.*?)\\s+Version:\\s*(\\S*)").matcher(text);
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
            "(Vendor Specific|General SMART|Self-test Log|Error Counter logging|LU is |SMART Error"
                + " Log|SMART Self-test|SMART Extended|SMART/Health|Selective self-test|If"
                + " Selective|No Errors Logged|No self-tests|No Self-tests|Device supports"
                + " SMART|Device does not support|Temperature Warning|Offline data collection|Total"
                + " time to complete|data collection|capabilities|Short self-test|Extended"
                + " self-test|Conveyance self-test|recommended polling|SMART Attributes|Device"
                + " is|Warning|was|been run|Error logging|Long .* [Ss]elf|General Purpose|Address"
                + " +Access|SCT |Device Statistics|Page +Offset|Pending Defects|SATA Phy|ID"
                + " +Size|Index +|Elements in|  *\\||0x[0-9a-f]|GPL|Read"
                + " SMART|Background|Non-medium|SAS|relative target|Protocol Specific|Vendor"
                + " \\(|Status:|Grown defects during|Total blocks reassigned|Total new blocks|Power"
                + " on minutes|Accumulated|Number of|\\d).*")
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
    boolean said = SAID.stream().anyMatch(ended::has) || known;
    if (said) {
      Fields fields = SmartctlTextFacts.describe(ended);
      counted.node().forEachEntry(fields::put);
      SmartAttributes.add(fields, table);
      devices.add(fields.node());
    }
  }
}
