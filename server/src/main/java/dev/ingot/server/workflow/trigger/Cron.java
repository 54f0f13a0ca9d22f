package dev.ingot.server.workflow.trigger;

import dev.ingot.server.problem.Problem;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Times by the five fields of crontab(5): minute, hour, day of the month, month, day of the week;
 * where both days are restricted one of them is enough. In a zone: a time that the clocks leave out
 * in spring comes when they have been put forward, and one that comes twice in autumn comes once,
 * unless the hour is {@code *}.
 */
final class Cron {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
  private static final Map<String, String> WORDS =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  /** 29 February on a given weekday comes at least once in 40 years. */
  private static final int MOST_DAYS = 366 * 41;

  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet days;
  private final BitSet months;
  private final BitSet weekdays;
  private final boolean everyHour;
  private final boolean anyDay;
  private final boolean anyWeekday;

  private Cron(List<String> fields) {
    this.minutes = field("minute", fields.get(0), 0, 59, List.of());
    this.hours = field("hour", fields.get(1), 0, 23, List.of());
    this.days = field("day of the month", fields.get(2), 1, 31, List.of());
    this.months = field("month", fields.get(3), 1, 12, MONTHS);
    this.weekdays = field("day of the week", fields.get(4), 0, 7, DAYS);
    if (weekdays.get(7)) {
      weekdays.set(0);
    }
    this.everyHour = fields.get(1).startsWith("*");
    this.anyDay = fields.get(2).startsWith("*");
    this.anyWeekday = fields.get(4).startsWith("*");
  }

  /**
   * Reads five fields, or a word such as {@code @daily}.
   *
   * @throws Problem on {@code schedule.cron} that names the field
   */
  static Cron parse(String text) {
    String stripped = text.strip().toLowerCase(Locale.ROOT);
    String meant = WORDS.getOrDefault(stripped, stripped);
    List<String> fields = List.of(meant.split("[ \t]+", -1));
    if (text.length() > 500 || fields.size() != 5) {
      throw wrong(
          "has five fields: minute, hour, day of the month, month, day of the week; or "
              + String.join(", ", WORDS.keySet().stream().sorted().toList()));
    }
    Cron cron = new Cron(fields);
    if (cron.next(Instant.parse("2000-01-01T00:00:00Z"), ZoneId.of("UTC")).isEmpty()) {
      throw wrong("never comes: no such month has such a day");
    }
    return cron;
  }

  private static Problem wrong(String what) {
    return Problem.invalid("schedule.cron", what);
  }

  private static BitSet field(String name, String text, int least, int most, List<String> words) {
    BitSet set = new BitSet(most + 1);
    for (String part : text.split(",", -1)) {
      String[] stepped = part.split("/", -1);
      int step = stepped.length == 2 ? number(name, stepped[1], 1, most, List.of()) : 1;
      if (stepped.length > 2) {
        throw wrong("the " + name + " has more than one / in " + part);
      }
      int from = least;
      int to = most;
      if (!stepped[0].equals("*")) {
        String[] range = stepped[0].split("-", -1);
        if (range.length > 2) {
          throw wrong("the " + name + " has more than one - in " + part);
        }
        from = number(name, range[0], least, most, words);
        to =
            range.length == 2
                ? number(name, range[1], least, most, words)
                : stepped.length == 2 ? most : from;
        if (to < from) {
          throw wrong("the " + name + " goes backwards in " + part);
        }
      } else if (most == 7) {
        to = 6; // Sunday has two numbers
      }
      for (int i = from; i <= to; i += step) {
        set.set(i);
      }
    }
    return set;
  }

  private static int number(String name, String text, int least, int most, List<String> words) {
    int word = words.indexOf(text);
    if (word >= 0) {
      return word + (most == 12 ? 1 : 0);
    }
    if (!text.matches("[0-9]{1,2}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw wrong(
          "the %s must be %d to %d, *, a list, a range or a step, not %s"
              .formatted(name, least, most, text.length() > 20 ? text.substring(0, 20) : text));
    }
    return Integer.parseInt(text);
  }

  private boolean onDay(LocalDate date) {
    if (!months.get(date.getMonthValue())) {
      return false;
    }
    boolean day = days.get(date.getDayOfMonth());
    boolean weekday =
        weekdays.get(date.getDayOfWeek() == DayOfWeek.SUNDAY ? 0 : date.getDayOfWeek().getValue());
    return (anyDay || anyWeekday) ? day && weekday : day || weekday;
  }

  /** The first time after that moment; empty when it never comes. */
  Optional<Instant> next(Instant after, ZoneId zone) {
    LocalDate first = after.atZone(zone).toLocalDate();
    // The day before too: what the clocks moved may come on the next.
    for (int i = -1; i < MOST_DAYS; i++) {
      LocalDate date = first.plusDays(i);
      if (onDay(date)) {
        Optional<Instant> found = onDay(date, after, zone);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Instant> onDay(LocalDate date, Instant after, ZoneId zone) {
    Instant best = null;
    for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
      for (int minute = minutes.nextSetBit(0);
          minute >= 0;
          minute = minutes.nextSetBit(minute + 1)) {
        for (Instant each : moments(date.atTime(LocalTime.of(hour, minute)), zone)) {
          if (each.isAfter(after) && (best == null || each.isBefore(best))) {
            best = each;
          }
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private List<Instant> moments(LocalDateTime time, ZoneId zone) {
    ZoneOffsetTransition change = zone.getRules().getTransition(time);
    if (change == null) {
      return List.of(time.atZone(zone).toInstant());
    }
    if (change.isGap()) {
      // Every hour's run is not owed for an hour that there was not.
      return everyHour ? List.of() : List.of(change.getInstant());
    }
    ZonedDateTime once = time.atZone(zone);
    Instant earlier = once.withEarlierOffsetAtOverlap().toInstant();
    return everyHour
        ? List.of(
            earlier,
            earlier.plus(Duration.between(earlier, once.withLaterOffsetAtOverlap().toInstant())))
        : List.of(earlier);
  }
}
