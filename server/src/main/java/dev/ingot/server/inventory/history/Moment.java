package dev.ingot.server.inventory.history;

import dev.ingot.server.problem.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as people write them: ISO 8601 with its zone ({@code 2026-01-02T03:04:05Z}), a date (its
 * first moment in UTC), {@code now}, or so long ago ({@code 2h ago}, {@code -90m}, {@code 1d12h}).
 */
final class Moment {
  private static final Pattern AGO =
      Pattern.compile("-?\\s*((?:\\d{1,9}\\s*[a-z]+\\s*)+?)\\s*(?:ago)?");
  private static final Pattern PIECE = Pattern.compile("(\\d{1,9})\\s*([a-z]+)\\s*");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7));
  private static final Map<String, String> LONG_NAMES =
      Map.of(
          "sec", "s", "second", "s", "min", "m", "minute", "m", "hour", "h", "day", "d", "week",
          "w");
  private static final Duration AHEAD = Duration.ofMinutes(1);
  private static final String FORMS =
      "must be a time with its zone (2026-01-02T03:04:05Z), a date (2026-01-02) or how long ago"
          + " (2h ago, -30m)";

  private Moment() {}

  /**
   * Reads a time that is past.
   *
   * @param now by the database's clock; a client's clock may be a minute ahead of it
   */
  static Instant past(String field, String text, Instant now) {
    Instant moment = of(field, text, now);
    if (moment.isAfter(now.plus(AHEAD))) {
      throw Problem.invalid(field, "lies in the future: it is " + now + " now");
    }
    return moment.isAfter(now) ? now : moment;
  }

  /** Reads a time. */
  static Instant of(String field, String text, Instant now) {
    String written = text.strip();
    String lower = written.toLowerCase(Locale.ROOT);
    if (lower.equals("now")) {
      return now;
    }
    try {
      Matcher ago = AGO.matcher(lower);
      if (ago.matches()) {
        return now.minus(length(field, String.valueOf(ago.group(1))));
      }
      if (written.matches("\\d{4}-\\d{2}-\\d{2}")) {
        return LocalDate.parse(written).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      // A plus that nobody has percent-encoded arrives as a space.
      return OffsetDateTime.parse(written.replace(' ', '+').toUpperCase(Locale.ROOT)).toInstant();
    } catch (DateTimeException | ArithmeticException e) {
      boolean zoneless = written.matches("\\d{4}-\\d{2}-\\d{2}[Tt][0-9:.]+");
      throw new Problem(
          Problem.Kind.INVALID,
          zoneless ? "has no zone: write " + written + "Z for UTC, or +01:00 and the like" : FORMS,
          field,
          e);
    }
  }

  private static Duration length(String field, String text) {
    Duration length = Duration.ZERO;
    Matcher piece = PIECE.matcher(text);
    while (piece.find()) {
      String written = String.valueOf(piece.group(2));
      String singular =
          written.length() > 1 && written.endsWith("s")
              ? written.substring(0, written.length() - 1)
              : written;
      Duration unit = UNITS.get(LONG_NAMES.getOrDefault(singular, singular));
      if (unit == null) {
        throw Problem.invalid(field, written + " is no unit: use s, m, h, d or w");
      }
      length = length.plus(unit.multipliedBy(Long.parseLong(String.valueOf(piece.group(1)))));
    }
    return length;
  }
}
