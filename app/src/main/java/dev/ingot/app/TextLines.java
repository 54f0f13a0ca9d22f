package dev.ingot.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.KeyValuePair;

/** A log line for people: time, a word if it matters, what happened, the ids it concerns. */
final class TextLines extends LayoutBase<ILoggingEvent> {
  /** Made with the first line: on a node that has just started that is after it has joined. */
  private static final class Time {
    static final DateTimeFormatter FORMAT =
        DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line =
        new StringBuilder(Time.FORMAT.format(Instant.ofEpochMilli(event.getTimeStamp())));
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      line.append(' ').append(event.getLevel());
    }
    line.append(' ').append(clean(event.getFormattedMessage()));
    event.getMDCPropertyMap().forEach((key, value) -> pair(line, key, value));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        pair(line, pair.key, String.valueOf(pair.value));
      }
    }
    line.append('\n');
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString();
  }

  private static void pair(StringBuilder line, String key, String value) {
    line.append(' ').append(key).append('=').append(clean(value));
  }

  /** What comes from machines must neither move the cursor nor look like another line. */
  private static String clean(String text) {
    return text.chars().noneMatch(Character::isISOControl)
        ? text
        : text.replaceAll("\\p{Cntrl}", " ");
  }
}
