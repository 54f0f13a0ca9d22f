package dev.ingot.netboot.syslog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one sender's old-form line began last, its time and then its host and tag: most lines begin
 * as the one before them. Used by one thread.
 */
final class LastLine {
  private static final long DAY = 86_400;

  /** Nearer than that the year is the same all day long. */
  private static final long NEAR = 180 * DAY;

  private static final int LONGEST_ORIGIN = 256;

  private String text = "";
  private Instant time = Instant.EPOCH;
  private long day = Long.MIN_VALUE;
  private String originText = "";
  private @Nullable Origin origin;

  /** Who says it: "host application[process]:". */
  record Origin(@Nullable String host, @Nullable String application, @Nullable String process) {}

  /** The time, if the line here begins with the same text; the cursor then stands behind it. */
  @Nullable Instant time(Cursor cursor, Instant received) {
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

  /** Host and tag, if the line goes on with the same text; the cursor then stands behind it. */
  @Nullable Origin origin(Cursor cursor) {
    if (origin == null || !cursor.line.startsWith(originText, cursor.at)) {
      return null;
    }
    cursor.at += originText.length();
    return origin;
  }

  /**
   * Keeps what was read from there to the cursor, if what follows cannot change it: with a host,
   * which a space ends, and a tag that a colon ends.
   */
  void keep(Cursor cursor, int start, Origin read) {
    if (read.host() != null
        && read.application() != null
        && cursor.at - start <= LONGEST_ORIGIN
        && cursor.line.charAt(cursor.at - 1) == ':') {
      originText = cursor.line.substring(start, cursor.at);
      origin = read;
    }
  }
}
