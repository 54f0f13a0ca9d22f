package dev.ingot.agent.parse;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code ipmitool sdr [list|elist|type X]} and {@code sensor}, as a table or with {@code -c}, or
 * the blocks of {@code -v} and {@code sensor get}.
 */
final class IpmiSdrParser implements OutputParser {
  private static final Pattern READING =
      Pattern.compile("(-?[0-9]+(?:[.,][0-9]+)?(?:e[+-]?\\d+)?)\\s*(?:%\\s*)?(.*)");

  /** Of {@code sensor list}. */
  private static final int COLUMNS = 10;

  private static final Map<String, String> UNITS =
      Map.of(
          "degrees c",
          "celsius",
          "degrees f",
          "fahrenheit",
          "volts",
          "volts",
          "amps",
          "amperes",
          "watts",
          "watts",
          "rpm",
          "rpm",
          "percent",
          "percent");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode sensors = Fields.array();
    Fields states = new Fields();
    IpmiSensorText block = new IpmiSensorText();
    for (Line line : Line.of(text)) {
      boolean table = line.text().indexOf('|') > 0;
      if (table || IpmiSensorText.starts(line.text())) {
        add(block.ended(), sensors, states);
      }
      if (line.isBlank() || (!table && block.take(line.text()))) {
        continue;
      }
      Fields sensor = table ? table(line.text()) : comma(line.text());
      if (sensor == null || (table && line.text().split("\\|").length > COLUMNS)) {
        // A wider line has more than one sensor in it.
        notes.line(line);
      }
      if (sensor != null) {
        add(sensor, sensors, states);
      }
    }
    add(block.ended(), sensors, states);
    Fields facts = new Fields();
    if (!sensors.isEmpty()) {
      facts
          .put(
              "counts",
              new Fields()
                  .put("sensors", (long) sensors.size())
                  .put("by_status", states.node())
                  .node())
          .put("sensors", sensors);
    }
    return notes.result("ipmitool-sdr", facts);
  }

  private static void add(@Nullable Fields sensor, ArrayNode sensors, Fields states) {
    if (sensor != null) {
      sensors.add(sensor.node());
      String status = sensor.node().path("status").asString("none");
      states.put(status, states.node().path(status).asLong(0) + 1);
    }
  }

  /**
   * list: name, reading, status. elist: name, number, status, entity, reading. sensor: ten columns.
   */
  private static @Nullable Fields table(String text) {
    String[] parts = text.split("\\|", -1);
    Fields sensor = new Fields().put("name", parts[0].strip());
    if (parts.length == 3) {
      return status(parts[2])
          ? reading(sensor.put("status", parts[2].strip()), parts[1], null)
          : null;
    }
    if (parts.length == 5) {
      return number(parts[1])
          ? reading(
              sensor
                  .put("number", hexadecimal(parts[1]))
                  .put("status", parts[2].strip())
                  .put("entity", parts[3].strip()),
              parts[4],
              null)
          : null;
    }
    if (parts.length >= 10) {
      reading(sensor.put("status", Text.known(parts[3])), parts[1], parts[2]);
      List<String> names =
          List.of(
              "lower_non_recoverable",
              "lower_critical",
              "lower_non_critical",
              "upper_non_critical",
              "upper_critical",
              "upper_non_recoverable");
      for (int i = 0; i < names.size(); i++) {
        sensor.put(names.get(i), limit(parts[4 + i]));
      }
      return sensor;
    }
    return null;
  }

  private static boolean status(String text) {
    return Text.matches(
        text.strip(), "ok|ns|nc|cr|nr|na|lnr|lcr|lnc|unc|ucr|unr|us|ok\\*|[a-z]{2,3}");
  }

  private static boolean number(String text) {
    return Text.matches(text.strip(), "[0-9A-Fa-f]{1,2}h");
  }

  private static @Nullable Long hexadecimal(String text) {
    return Numbers.parse("0x" + text.strip().replace("h", ""));
  }

  /**
   * With -c: name,reading,unit,status,entity,… of a threshold, name,number,status,entity,event of
   * others.
   */
  private static @Nullable Fields comma(String text) {
    String[] parts = text.split(",", -1);
    Fields sensor = new Fields().put("name", parts[0].strip());
    if (parts.length >= 4 && number(parts[1]) && status(parts[2])) {
      String event = String.join(", ", List.of(parts).subList(4, parts.length)).strip();
      sensor
          .put("number", hexadecimal(parts[1]))
          .put("status", parts[2].strip())
          .put("entity", parts[3].strip());
      return parts.length == 4 ? sensor : reading(sensor, event, null);
    }
    if (parts.length >= 4 && status(parts[3])) {
      reading(sensor, parts[1], parts[2]);
      sensor.put("status", parts[3].strip());
      sensor.put("entity", parts.length > 4 ? Text.known(parts[4]) : null);
      sensor.put("entity_name", parts.length > 5 ? Text.known(parts[5]) : null);
      sensor.put("type", parts.length > 6 ? Text.known(parts[6]) : null);
      if (parts.length >= 17) {
        List<String> names =
            List.of(
                "nominal",
                "normal_minimum",
                "normal_maximum",
                "upper_non_recoverable",
                "upper_critical",
                "upper_non_critical",
                "lower_non_recoverable",
                "lower_critical",
                "lower_non_critical");
        for (int i = 0; i < names.size(); i++) {
          sensor.put(names.get(i), limit(parts[7 + i]));
        }
      }
      return sensor;
    }
    return parts.length == 3 && status(parts[2])
        ? reading(sensor.put("status", parts[2].strip()), parts[1], null)
        : null;
  }

  static Fields reading(Fields sensor, String value, @Nullable String unit) {
    String text = Text.known(value);
    if (text == null || text.equalsIgnoreCase("no reading") || text.equalsIgnoreCase("disabled")) {
      return sensor;
    }
    Matcher matcher = READING.matcher(text);
    if (text.startsWith("0x") || !matcher.matches()) {
      return sensor.put("event", text);
    }
    Double number = decimal(String.valueOf(matcher.group(1)));
    String tail = String.valueOf(matcher.group(2));
    if (unit == null && tail.contains(", ")) {
      // "95 Watts, Presence detected": a power supply's reading and its states.
      sensor.put("event", tail.substring(tail.indexOf(", ") + 2).strip());
      tail = tail.substring(0, tail.indexOf(", "));
    }
    String said = (unit == null ? tail : unit).replace("%", "").strip().toLowerCase(Locale.ROOT);
    return sensor
        .put("reading", number)
        .put(
            "unit",
            (unit == null && text.endsWith("%")) || "percent".equals(said)
                ? "percent"
                : said.isEmpty() || said.equals("discrete")
                    ? null
                    : UNITS.getOrDefault(said, said));
  }

  static @Nullable Double limit(String text) {
    String known = Text.known(text);
    return known == null
        ? null
        : Text.decimal(Text.matches(known, "-?\\d+,\\d+") ? known.replace(',', '.') : known);
  }

  /** ipmitool writes numbers as its locale does, never with marks between thousands. */
  private static @Nullable Double decimal(String text) {
    try {
      double number = Double.parseDouble(text.replace(',', '.'));
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
