package dev.ingot.agent.plugin;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Five fields as cron reads them (POSIX.1-2024 XCU crontab, with steps and names): minute, hour,
 * day of the month, month, day of the week. Where both days are given either is enough.
 */
record Cron(
    BitSet minutes, BitSet hours, BitSet days, BitSet months, BitSet weekdays, boolean eitherDay) {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> WEEKDAYS =
      List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  /** So far ahead lies the next 29 February, whatever its day of the week. */
  private static final int MOST_DAYS = 41 * 366;

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException naming the field
   */
  static Cron parse(String text) {
    String[] fields = text.strip().split("\\s+", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "five fields are wanted: minute, hour, day of the month, month, day of the week");
    }
    BitSet weekdays = field("day of the week", fields[4], 0, 7, WEEKDAYS, 0);
    if (weekdays.get(7)) {
      weekdays.set(0);
    }
    Cron cron =
        new Cron(
            field("minute", fields[0], 0, 59, List.of(), 0),
            field("hour", fields[1], 0, 23, List.of(), 0),
            field("day of the month", fields[2], 1, 31, List.of(), 0),
            field("month", fields[3], 1, 12, MONTHS, 1),
            weekdays,
            !fields[2].startsWith("*") && !fields[4].startsWith("*"));
    if (cron.after(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
      throw new IllegalArgumentException("there is no such day");
    }
    return cron;
  }

  private static BitSet field(
      String name, String text, int least, int most, List<String> names, int firstName) {
    BitSet set = new BitSet();
    for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] stepped = part.split("/", -1);
      int step = stepped.length == 2 ? number(name, stepped[1], 1, most, List.of(), 0) : 1;
      if (stepped.length > 2) {
        throw wrong(name, text);
      }
      int from = least;
      int to = most;
      if (!stepped[0].equals("*")) {
        String[] range = stepped[0].split("-", -1);
        from = number(name, range[0], least, most, names, firstName);
        to =
            range.length == 2
                ? number(name, range[1], least, most, names, firstName)
                : stepped.length == 2 ? most : from;
        if (range.length > 2 || to < from) {
          throw wrong(name, text);
        }
      }
      for (int value = from; value <= to; value += step) {
        set.set(value);
      }
    }
    return set;
  }

  private static int number(
      String name, String text, int least, int most, List<String> names, int firstName) {
    int named = names.indexOf(text);
    if (named >= 0) {
      return named + firstName;
    }
    if (!text.matches("[0-9]{1,2}")) {
      throw wrong(name, text);
    }
    int value = Integer.parseInt(text);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: from %d to %d is wanted".formatted(name, least, most));
    }
    return value;
  }

  private static IllegalArgumentException wrong(String name, String text) {
    return new IllegalArgumentException(name + ": " + text + " is no time of cron");
  }

  /** The first such minute after the time; empty if there is none. */
  Optional<LocalDateTime> after(LocalDateTime time) {
    LocalDateTime from = time.plusMinutes(1).withSecond(0).withNano(0);
    LocalDate day = from.toLocalDate();
    int earliest = from.getHour() * 60 + from.getMinute();
    for (int i = 0; i < MOST_DAYS; i++) {
      if (isDay(day)) {
        for (int minute = earliest; minute < 24 * 60; minute++) {
          if (hours.get(minute / 60) && minutes.get(minute % 60)) {
            return Optional.of(day.atTime(minute / 60, minute % 60));
          }
        }
      }
      day = day.plusDays(1);
      earliest = 0;
    }
    return Optional.empty();
  }

  private boolean isDay(LocalDate day) {
    boolean ofMonth = days.get(day.getDayOfMonth());
    boolean ofWeek = weekdays.get(day.getDayOfWeek().getValue() % 7);
    return months.get(day.getMonthValue()) && (eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek);
  }
}
