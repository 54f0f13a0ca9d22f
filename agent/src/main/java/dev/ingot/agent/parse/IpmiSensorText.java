package dev.ingot.agent.parse;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of {@code ipmitool -v sdr}, {@code sensor get} and {@code sdr get}: a sensor's name on
 * its own line, its values below.
 */
final class IpmiSensorText {
  private static final Map<String, String> LIMITS =
      Map.of(
          "lower_non_recoverable", "lower_non_recoverable",
          "lower_critical", "lower_critical",
          "lower_non_critical", "lower_non_critical",
          "upper_non_critical", "upper_non_critical",
          "upper_critical", "upper_critical",
          "upper_non_recoverable", "upper_non_recoverable",
          "nominal_reading", "nominal",
          "normal_minimum", "normal_minimum",
          "normal_maximum", "normal_maximum");

  private @Nullable Fields sensor;
  private boolean asserted;

  static boolean starts(String text) {
    return Text.matches(text, "Sensor ID\\s*:.*");
  }

  /** Takes a line of a block; false if it belongs to none. */
  boolean take(String text) {
    int colon = text.indexOf(':');
    if (starts(text)) {
      sensor = named(text.substring(colon + 1).strip());
      asserted = false;
      return true;
    }
    Fields current = sensor;
    if (current == null) {
      return false;
    }
    if (text.startsWith("[")) {
      event(current, text);
      return true;
    }
    if (colon < 0) {
      return false;
    }
    value(current, Text.snake(text.substring(0, colon)), text.substring(colon + 1).strip());
    return true;
  }

  /** After {@code Temp_CPU0 (0xaa)} the number is the sensor's own. */
  private static Fields named(String text) {
    int bracket = text.lastIndexOf(" (0x");
    Fields fields = new Fields().put("name", bracket < 0 ? text : text.substring(0, bracket));
    return bracket < 0
        ? fields
        : fields.put("number", Numbers.parse(text.substring(bracket + 2).replace(")", "")));
  }

  private void value(Fields current, String key, String value) {
    asserted = key.equals("states_asserted") || key.equals("assertion_events");
    String limit = LIMITS.get(key);
    if (limit != null) {
      current.put(limit, IpmiSdrParser.limit(value));
    } else if (key.equals("entity_id")) {
      int bracket = value.indexOf(" (");
      current.put("entity", bracket < 0 ? value : value.substring(0, bracket));
      current.put("entity_name", bracket < 0 ? null : inBrackets(value));
    } else if (key.startsWith("sensor_type")) {
      int bracket = value.indexOf(" (");
      current.put("type", bracket < 0 ? value : value.substring(0, bracket));
    } else if (key.equals("sensor_reading")) {
      reading(current, value);
    } else if (key.equals("status")) {
      current.put("status", Text.known(value));
    } else if (asserted) {
      event(current, value);
    }
  }

  private static String inBrackets(String value) {
    return value.substring(value.indexOf('(') + 1).replace(")", "");
  }

  /** {@code 34 (+/- 0) degrees C}; a discrete sensor has {@code 0h}. */
  private static void reading(Fields current, String value) {
    String plain = value.replaceFirst("\\(\\+/- [^)]*\\)", "").strip();
    if (!Text.matches(plain, "[0-9a-fA-F]+h") && !plain.startsWith("Unable")) {
      IpmiSdrParser.reading(current, plain.replaceFirst("\\s+%\\s+", " "), null);
    }
  }

  /** The first state that is asserted: {@code [Presence detected]}. */
  private void event(Fields current, String text) {
    if (asserted && text.startsWith("[") && !current.has("event")) {
      current.put("event", text.replaceAll("[\\[\\]]", "").strip());
    }
  }

  /** The sensor of the block before, which ends here. */
  @Nullable Fields ended() {
    Fields last = sensor;
    sensor = null;
    return last;
  }
}
