package dev.ingot.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Numbers as people read them. */
public final class Units {
  private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Units() {}

  /** E.g. {@code 23.4 GiB}. */
  public static String bytes(long bytes) {
    int unit = 0;
    double amount = bytes;
    while (Math.abs(amount) >= 1024 && unit < BYTES.length - 1) {
      amount /= 1024;
      unit++;
    }
    boolean whole = unit == 0 || amount == Math.rint(amount) || Math.abs(amount) >= 100;
    return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", amount, BYTES[unit]);
  }

  /** A value in the unit that a view names; what is no such value is shown as it is. */
  static String text(String unit, JsonNode value, Instant now) {
    return switch (unit) {
      case "bytes" -> value.isNumber() ? bytes(value.asLong()) : Column.plain(value);
      case "hertz" ->
          value.isNumber()
              ? String.format(Locale.ROOT, "%.2f GHz", value.asDouble() / 1e9)
              : Column.plain(value);
      case "megabits" -> value.isNumber() ? value + " Mb/s" : Column.plain(value);
      case "age" -> age(Column.plain(value), now);
      case "id" -> shortId(Column.plain(value));
      default -> Column.plain(value);
    };
  }

  /** How long ago a time is, e.g. {@code 3m ago}, or how soon, e.g. {@code in 2d}. */
  static String age(String time, Instant now) {
    if (time.isEmpty()) {
      return "";
    }
    try {
      long seconds = Duration.between(Instant.parse(time), now).toSeconds();
      String amount = amount(Math.abs(seconds));
      return seconds >= 0 ? amount + " ago" : "in " + amount;
    } catch (DateTimeException e) {
      return time;
    }
  }

  /** A number of seconds, e.g. {@code 30d}; empty where there is none. */
  static String span(JsonNode seconds) {
    return seconds.isNumber() ? amount(seconds.asLong()) : "";
  }

  private static String amount(long seconds) {
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + "m";
    }
    return seconds < 172_800 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
  }

  /** The first 12 digits of a 42 digit id: unique in any fleet. */
  public static String shortId(String id) {
    return id.matches("[0-9a-f]{42}") ? id.substring(0, 12) : id;
  }
}
