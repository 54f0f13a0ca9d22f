package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ipmitool sel list}, {@code elist} (also with -c or -v), {@code get} and {@code info}. */
final class IpmiSelParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode entries = Fields.array();
    Map<JsonNode, ObjectNode> listed = new HashMap<>();
    Block info = new Block();
    @Nullable Block record = null;
    boolean empty = false;
    for (Line line : Line.of(text)) {
      String said = line.text();
      List<String> parts = parts(said);
      if (line.isBlank()
          || said.equals("SEL Information")
          || Text.matches(said, "# (of Alloc|Free) Units.*")) {
        if (said.startsWith("#")) {
          info.add(said.substring(1));
        }
      } else if (Text.matches(said, "SEL Record ID\\s*:.*")) {
        ended(record, entries, listed);
        record = new Block();
        record.add(said);
      } else if (record != null && said.indexOf(':') > 0 && said.indexOf('|') < 0) {
        record.add(said);
      } else if (said.equals("SEL has no entries")) {
        empty = true;
      } else if (Text.matches(parts.getFirst(), "[0-9a-fA-F]{1,8}")
          && (parts.size() >= 4 || (parts.size() >= 2 && ownKind(parts.get(1))))) {
        ObjectNode entry = entry(parts).node();
        listed.put(entry.path("id"), entry);
        entries.add(entry);
      } else if (said.startsWith("#") || said.indexOf(':') <= 0 || !info.add(said)) {
        notes.line(line);
      }
    }
    ended(record, entries, listed);
    Fields facts = new Fields();
    Fields about =
        new Fields()
            .put("version", info.take("version"))
            .put("entries", info.number("entries"))
            .put("free_bytes", info.number("free_space"))
            .put("used_percent", info.number("percent_used"))
            .put("last_added", info.take("last_add_time"))
            .put("last_deleted", info.take("last_del_time"))
            .put("overflow", info.flag("overflow"));
    if (about.has("entries") || about.has("version")) {
      facts.put("info", info.rest(about).node());
    } else {
      info.keys().forEach(key -> notes.add(key + ": " + info.peek(key)));
    }
    if (!entries.isEmpty() || empty) {
      facts
          .put("counts", new Fields().put("entries", (long) entries.size()).node())
          .put("entries", entries);
    }
    return notes.result("ipmitool-sel", facts);
  }

  /** An entry of {@code sel list -v} or {@code sel get}. */
  private static void ended(
      @Nullable Block record, ArrayNode entries, Map<JsonNode, ObjectNode> listed) {
    if (record == null) {
      return;
    }
    String[] time = String.valueOf(record.take("timestamp")).split("\\s+", 3);
    boolean dated = time.length > 1 && time[0].indexOf('/') > 0;
    String number = record.take("sensor_number");
    String direction = record.take("event_direction");
    Fields entry =
        new Fields()
            .put("id", Numbers.parse("0x" + record.take("sel_record_id")))
            .put("date", dated ? time[0] : time[0].startsWith("Pre-Init") ? "pre-init" : null)
            .put("time", dated ? time[1] : null)
            .put("sensor", record.take("sensor_id", "sensor_type"))
            .put("sensor_number", number == null ? null : Numbers.parse("0x" + number))
            .put("event", record.take("description"))
            .put(
                "asserted",
                direction == null
                    ? null
                    : Boolean.valueOf(!direction.toLowerCase(Locale.ROOT).startsWith("deassert")));
    ObjectNode told = record.rest(entry).node();
    ObjectNode before = dated ? listed.get(told.path("id")) : null;
    if (before != null
        && List.of("date", "time", "event").stream()
            .allMatch(key -> before.path(key).equals(told.path(key)))) {
      // "sel get" of what "sel list" has too.
      JsonFields.entries(told).forEach(before::putIfAbsent);
      return;
    }
    entries.add(told);
  }

  private static List<String> parts(String text) {
    String separator = text.indexOf('|') > 0 ? "\\|" : ",";
    List<String> parts = new ArrayList<>();
    for (String part : text.split(separator, -1)) {
      parts.add(part.strip());
    }
    return parts;
  }

  /**
   * {@code id | date | time | sensor | event | direction [| value]}; pre-init entries have no date.
   */
  private static Fields entry(List<String> parts) {
    Fields entry = new Fields().put("id", Numbers.parse("0x" + parts.getFirst()));
    int at = 1;
    String first = parts.get(1);
    if (ownKind(first)) {
      at = 1;
    } else if (first.isEmpty() && parts.size() > 3 && parts.get(2).isEmpty()) {
      at = 3;
    } else if (dated(parts)) {
      entry.put("date", first);
      entry.put("time", parts.get(2));
      at = 3;
    } else if (first.toLowerCase(Locale.ROOT).startsWith("pre-init")) {
      boolean separate = parts.size() > 2 && parts.get(2).matches("\\d{10}s|\\d+");
      entry.put("date", "pre-init");
      at = separate ? 3 : 2;
    }
    String sensor = at < parts.size() ? parts.get(at) : "";
    if (sensor.startsWith("Linux kernel panic")) {
      return entry.put("event", sensor);
    }
    int number = sensor.indexOf(" #0x");
    entry.put("sensor", number < 0 ? sensor : sensor.substring(0, number));
    entry.put("sensor_number", number < 0 ? null : Numbers.parse(sensor.substring(number + 2)));
    entry.put("event", part(parts, at + 1));
    String direction = part(parts, at + 2);
    boolean known = direction != null && Text.matches(direction, "(?i)asserted|deasserted");
    entry.put(
        "asserted",
        known
            ? Boolean.valueOf(direction != null && direction.equalsIgnoreCase("asserted"))
            : null);
    entry.put("detail", part(parts, known ? at + 3 : at + 2));
    return entry;
  }

  /** A record without a time: of the maker, or of Linux as it dies. */
  private static boolean ownKind(String text) {
    return Text.matches(text, "OEM record [0-9a-f]{2}|Linux kernel panic.*");
  }

  /** Date and time in the form of any locale, three numbers each. */
  private static boolean dated(List<String> parts) {
    return Text.matches(parts.get(1), "\\d{1,4}[/-]\\d{1,2}[/-]\\d{1,4}")
        || (Text.matches(parts.get(1), "\\d{1,4}\\D{1,2}\\d{1,2}\\D{1,2}\\d{1,4}\\D{0,2}")
            && Text.matches(parts.get(2), "\\d{1,2}\\D{1,2}\\d{2}\\D{1,2}\\d{2}.*"));
  }

  private static @Nullable String part(List<String> parts, int at) {
    return at < parts.size() ? Text.known(parts.get(at)) : null;
  }
}
