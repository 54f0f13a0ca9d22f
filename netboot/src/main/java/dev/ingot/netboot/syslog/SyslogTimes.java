package dev.ingot.netboot.syslog;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The times that devices write, read at a cursor: on success it stands behind the time, else where
 * it was.
 */
final class SyslogTimes {
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final long DAY = 86_400;
  private static final long HALF_A_YEAR = 182 * DAY;

  private SyslogTimes() {}

  /**
   * RFC 3339, as RFC 5424 and many RFC 3164 senders write it; without a zone it is taken as UTC.
   */
  static @Nullable Instant internet(Cursor cursor) {
    int start = cursor.at;
    if (cursor.line.length() < start + 19
        || cursor.line.charAt(start + 4) != '-'
        || cursor.line.charAt(start + 10) != 'T') {
      return null;
    }
    Instant plain = plain(cursor);
    if (plain != null) {
      return plain;
    }
    String word = cursor.word();
    if (word != null) {
      try {
        return OffsetDateTime.parse(word).toInstant();
      } catch (DateTimeException noZone) {
        try {
          return LocalDateTime.parse(word).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException notATime) {
          // not a time at all
        }
      }
    }
    cursor.at = start;
    return null;
  }

  /** "2026-01-01T00:00:00.123Z", as nearly all write it; null, and no step, for another form. */
  private static @Nullable Instant plain(Cursor cursor) {
    String line = cursor.line;
    int at = cursor.at;
    int year = digits(line, at, 4);
    int month = digits(line, at + 5, 2);
    int day = digits(line, at + 8, 2);
    int hour = digits(line, at + 11, 2);
    int minute = digits(line, at + 14, 2);
    int second = digits(line, at + 17, 2);
    if ((year | month | day | hour | minute | second) < 0
        || line.charAt(at + 7) != '-'
        || line.charAt(at + 13) != ':'
        || line.charAt(at + 16) != ':'
        || (month < 1 || month > 12 || day < 1 || day > 28)
        || (hour > 23 || minute > 59 || second > 59)) {
      return null;
    }
    int behind = at + 19;
    int nano = 0;
    if (behind < line.length() && line.charAt(behind) == '.') {
      int scale = 100_000_000;
      for (behind++; behind < line.length() && digit(line, behind) >= 0; behind++) {
        nano += digit(line, behind) * scale;
        scale /= 10;
      }
      if (behind == at + 20 || behind > at + 29) {
        return null;
      }
    }
    if (!line.startsWith("Z ", behind)) {
      return null;
    }
    cursor.at = behind + 2;
    long days = LocalDate.of(year, month, day).toEpochDay();
    return Instant.ofEpochSecond(days * DAY + hour * 3600L + minute * 60L + second, nano);
  }

  private static int digits(String line, int at, int count) {
    int value = 0;
    for (int place = at; place < at + count; place++) {
      int digit = digit(line, place);
      if (digit < 0) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static int digit(String line, int at) {
    int digit = line.charAt(at) - '0';
    return digit >= 0 && digit <= 9 ? digit : -1;
  }

  /**
   * "Mar 1 00:00:00", also with a year before the clock or behind it, milliseconds, a zone's name
   * and Cisco's marks for a clock that is not set. A time without a year is the one nearest to when
   * it was received; without a zone it is UTC.
   */
  static @Nullable Instant bsd(Cursor cursor, Instant received) {
    int start = cursor.at;
    Instant same = cursor.last.time(cursor, received);
    if (same != null) {
      return same;
    }
    if (cursor.peek() == '*' || cursor.peek() == '.') { // Cisco: not synchronised
      cursor.at++;
    }
    Instant time = bsdHere(cursor, received);
    if (time == null) {
      cursor.at = start;
    } else {
      cursor.last.keep(cursor, start, time, received);
    }
    return time;
  }

  private static @Nullable Instant bsdHere(Cursor cursor, Instant received) {
    int year = -1;
    if (Character.isDigit(cursor.peek())) { // "2024 Mar  1 …"
      year = cursor.number(4);
      if (!cursor.take(' ')) {
        return null;
      }
    }
    int month = month(cursor);
    cursor.skipSpaces();
    int day = cursor.number(2);
    if (month < 0 || day < 0 || !cursor.take(' ')) {
      return null;
    }
    cursor.skipSpaces();
    int first = cursor.number(4);
    if (cursor.peek() == ' ') { // "Mar  1 2024 00:00:00"
      year = first;
      cursor.at++;
      first = cursor.number(2);
    }
    if (first < 0 || !cursor.take(':')) {
      return null;
    }
    int minute = cursor.number(2);
    if (minute < 0 || !cursor.take(':')) {
      return null;
    }
    int second = cursor.number(2);
    int nano = 0;
    if (second >= 0 && cursor.take('.')) {
      int from = cursor.at;
      int fraction = cursor.number(9);
      nano = fraction < 0 ? 0 : fraction * (int) Math.pow(10, 9 - (cursor.at - from));
    }
    endOfTime(cursor);
    try {
      return at(year, month, day, first, minute, Math.min(second, 59), nano, received);
    } catch (DateTimeException notATime) {
      return null;
    }
  }

  private static void endOfTime(Cursor cursor) {
    for (String zone : new String[] {" UTC", " GMT"}) {
      if (cursor.line.startsWith(zone, cursor.at)) {
        cursor.at += zone.length();
      }
    }
    cursor.take(':'); // Cisco ends it with a colon
    cursor.take(' ');
  }

  private static int month(Cursor cursor) {
    if (cursor.line.length() < cursor.at + 4) {
      return -1;
    }
    for (int month = 0; month < 12; month++) {
      if (cursor.line.regionMatches(cursor.at, MONTHS, month * 3, 3)) {
        cursor.at += 3;
        return month + 1;
      }
    }
    return -1;
  }

  private static Instant at(
      int year, int month, int day, int hour, int minute, int second, int nano, Instant received) {
    if (year >= 1970) {
      return LocalDateTime.of(year, month, day, hour, minute, second, nano)
          .toInstant(ZoneOffset.UTC);
    }
    long seconds = LocalTime.of(hour, minute, second).toSecondOfDay();
    long then = received.getEpochSecond();
    int now = LocalDate.ofEpochDay(Math.floorDiv(then, DAY)).getYear();
    long nearest = Long.MAX_VALUE;
    for (int candidate : new int[] {now, now - 1, now + 1}) {
      if (month == 2 && day == 29 && !Year.isLeap(candidate)) {
        continue;
      }
      long time = LocalDate.of(candidate, month, day).toEpochDay() * DAY + seconds;
      if (nearest == Long.MAX_VALUE || Math.abs(time - then) < Math.abs(nearest - then)) {
        nearest = time;
      }
      if (Math.abs(nearest - then) < HALF_A_YEAR) {
        break; // no other year is nearer
      }
    }
    if (nearest == Long.MAX_VALUE) {
      throw new DateTimeException("29 February in no year near");
    }
    return Instant.ofEpochSecond(nearest, nano);
  }
}
