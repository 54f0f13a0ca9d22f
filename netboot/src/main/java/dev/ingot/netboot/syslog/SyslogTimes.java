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

  /**
   * "Mar 1 00:00:00", also with a year before the clock or behind it, milliseconds, a zone's name
   * and Cisco's marks for a clock that is not set. A time without a year is the one nearest to when
   * it was received; without a zone it is UTC.
   */
  static @Nullable Instant bsd(Cursor cursor, Instant received) {
    int start = cursor.at;
    if (cursor.peek() == '*' || cursor.peek() == '.') { // Cisco: not synchronised
      cursor.at++;
    }
    Instant time = bsdHere(cursor, received);
    if (time == null) {
      cursor.at = start;
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
