package dev.ingot.configuration;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How durations are written: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h30m}, {@code 7d}. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(?:(\\d{1,12})(ms|s|m|h|d))");
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", Duration.ofDays(1));
    UNITS.put("h", Duration.ofHours(1));
    UNITS.put("m", Duration.ofMinutes(1));
    UNITS.put("s", Duration.ofSeconds(1));
    UNITS.put("ms", Duration.ofMillis(1));
  }

  private Durations() {}

  /**
   * Reads a duration with its units.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    Duration sum = Duration.ZERO;
    int end = 0;
    while (end < text.strip().length() && matcher.find(end) && matcher.start() == end) {
      Duration unit = UNITS.getOrDefault(matcher.group(2), Duration.ZERO);
      try {
        sum = sum.plus(unit.multipliedBy(Long.parseLong(matcher.group(1))));
      } catch (ArithmeticException tooLong) {
        throw new IllegalArgumentException("too long a duration", tooLong);
      }
      end = matcher.end();
    }
    if (end == 0 || end < text.strip().length()) {
      throw new IllegalArgumentException("not a duration with a unit, e.g. 30s, 5m or 7d");
    }
    return sum;
  }

  /** The duration as {@link #parse} reads it, to the millisecond. */
  public static String format(Duration duration) {
    StringBuilder text = new StringBuilder();
    long rest = duration.toMillis();
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      long millis = unit.getValue().toMillis();
      if (rest >= millis) {
        text.append(rest / millis).append(unit.getKey());
        rest %= millis;
      }
    }
    return text.isEmpty() ? "0s" : text.toString();
  }
}
