package dev.ingot.server.logs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that was said. Whatever comes from outside is made fit here: it may be long, hold what
 * cannot be stored, and be dated by a clock that is wrong.
 *
 * @param time by the clock of whoever said it, null when it said none or one that is no time
 * @param source what it was said by, e.g. {@code agent} or {@code syslog}
 * @param fields further facts, an object
 */
public record LogRecord(
    @Nullable Instant time,
    @Nullable String node,
    @Nullable Long job,
    @Nullable Long task,
    String source,
    LogSeverity severity,
    String message,
    @Nullable JsonNode fields) {
  /** Characters of a message that are kept. */
  public static final int LONGEST = 32 << 10;

  private static final int LONGEST_SOURCE = 64;
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  public LogRecord {
    message = fit(message, LONGEST);
    source = fit(source, LONGEST_SOURCE);
    time = time == null || time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
  }

  private static String fit(String text, int longest) {
    String stored = text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
    if (stored.length() <= longest) {
      return stored;
    }
    int end = Character.isHighSurrogate(stored.charAt(longest - 1)) ? longest - 1 : longest;
    return stored.substring(0, end) + "… (" + (stored.length() - end) + " characters more)";
  }

  /** About what it takes in memory and on the wire, bytes. */
  int size() {
    return 100 + message.length() + (fields == null ? 0 : 200);
  }
}
