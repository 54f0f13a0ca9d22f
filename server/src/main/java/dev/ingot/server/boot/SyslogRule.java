package dev.ingot.server.boot;

import dev.ingot.server.events.Severity;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings under {@code netboot.syslog-rules.*}: which lines are an event.
 *
 * @param pattern a regular expression of Java that is found in the line's text
 * @param application only lines of this program
 * @param severity of the event; warning where it is not said
 * @param every at most one event in that time from one machine; a minute where it is not said
 */
public record SyslogRule(
    String pattern,
    @Nullable String application,
    @Nullable Severity severity,
    @Nullable Duration every) {
  public SyslogRule {
    if (pattern.length() > 1000) {
      throw new IllegalArgumentException("pattern: more than 1000 characters");
    }
    Pattern.compile(pattern);
  }
}
