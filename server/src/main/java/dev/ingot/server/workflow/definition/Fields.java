package dev.ingot.server.workflow.definition;

import dev.ingot.configuration.Nearest;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the fields of one object; what is wrong goes to the findings and something harmless on. */
public final class Fields {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|min|h|d)");
  private static final Duration LONGEST = Duration.ofDays(365);

  private final ObjectNode object;
  private final String place;
  private final Findings findings;

  private Fields(ObjectNode object, String place, Findings findings) {
    this.object = object;
    this.place = place;
    this.findings = findings;
  }

  /** Of a value that must be an object with no other fields than these. */
  static Fields of(JsonNode value, String place, Findings findings, List<String> known) {
    if (!(value instanceof ObjectNode object)) {
      findings.add(
          place.isEmpty() ? "definition" : place,
          "must be an object of " + String.join(", ", known));
      return new Fields(JsonNodeFactory.instance.objectNode(), place, findings);
    }
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        String nearest = name.length() > 64 ? null : Nearest.of(name, known);
        findings.add(
            below(place, shortened(name)),
            nearest == null
                ? "unknown field; known: " + String.join(", ", new TreeSet<>(known))
                : "unknown field; did you mean " + nearest + "?");
      }
    }
    return new Fields(object, place, findings);
  }

  static String below(String place, String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  static String shortened(String text) {
    return text.length() > 64 ? text.substring(0, 64) + "…" : text;
  }

  String place(String name) {
    return below(place, name);
  }

  void wrong(String name, String problem) {
    findings.add(place(name), problem);
  }

  /** The value, null where there is none or JSON's null. */
  @Nullable JsonNode get(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String name, int longest) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.isString() || value.stringValue().length() > longest) {
      wrong(name, "must be a text of at most " + longest + " characters");
      return null;
    }
    return value.stringValue();
  }

  boolean flag(String name) {
    JsonNode value = get(name);
    if (value != null && !value.isBoolean()) {
      wrong(name, "must be true or false");
      return false;
    }
    return value != null && value.booleanValue();
  }

  @Nullable Integer number(String name, int least, int most) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      wrong(name, "must be a whole number from " + least + " to " + most);
      return null;
    }
    return value.intValue();
  }

  Duration time(String name, Duration otherwise) {
    JsonNode value = get(name);
    if (value == null) {
      return otherwise;
    }
    Duration read = time(value);
    if (read == null || read.isZero() || read.compareTo(LONGEST) > 0) {
      wrong(name, "must be seconds, or a time such as 500ms, 90s, 10m, 2h or 1d; at most 365d");
      return otherwise;
    }
    return read;
  }

  /** Seconds, or a text such as {@code 90s}; null when it is neither. */
  public static @Nullable Duration time(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 0) {
      return Duration.ofSeconds(value.intValue());
    }
    Matcher time = TIME.matcher(value.isString() ? value.stringValue() : "");
    if (!time.matches()) {
      return null;
    }
    long number = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofMinutes(number);
    };
  }
}
