package dev.ingot.netboot.syslog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The old-form time that one sender's line began with last: most lines begin as the one before
 * them. Used by one thread.
 */
final class LastTime {
  private static final long DAY = 86_400;

  /** Nearer than that the year is the same all day long. */
  private static final long NEAR = 180 * DAY;

  private String text = "";
  private Instant time = Instant.EPOCH;
  private long day = Long.MIN_VALUE;

  /** The time, if the line here begins with the same text; the cursor then stands behind it. */
  @Nullable Instant take(Cursor cursor, Instant received) {
    if (Math.floorDiv(received.getEpochSecond(), DAY) != day
        || !cursor.line.startsWith(text, cursor.at)) {
      return null;
    }
    int behind = cursor.at + text.length();
    if (cursor.line.startsWith("UTC", behind) || cursor.line.startsWith("GMT", behind)) {
      return null; // the zone is part of the time, see SyslogTimes.endOfTime
    }
    cursor.at = behind;
    return time;
  }

  /** Keeps what was read from there to the cursor, if what follows cannot change it. */
  void keep(Cursor cursor, int start, Instant read, Instant received) {
    if (cursor.line.charAt(cursor.at - 1) == ' '
        && Character.isDigit(cursor.line.charAt(cursor.at - 2))
        && Math.abs(read.getEpochSecond() - received.getEpochSecond()) < NEAR) {
      text = cursor.line.substring(start, cursor.at);
      time = read;
      day = Math.floorDiv(received.getEpochSecond(), DAY);
    }
  }
}
