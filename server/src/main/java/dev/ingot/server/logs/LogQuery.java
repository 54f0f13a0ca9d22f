package dev.ingot.server.logs;

import dev.ingot.server.problem.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which records somebody wants, as a condition: parameters only, never text in the statement. */
final class LogQuery {
  /** The parameters of a request that say it. */
  static final String[] PARAMETERS = {
    "node", "job", "task", "source", "severity", "since", "until", "text", "regex"
  };

  private static final int LONGEST = 1000;
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

  private final StringBuilder where = new StringBuilder("true");
  private final Map<String, Object> bindings = new LinkedHashMap<>();

  /** Reads a parameter; null when it is not given. */
  interface Given {
    @Nullable String text(String parameter);
  }

  /**
   * Reads what is asked for.
   *
   * @throws Problem that names the parameter
   */
  static LogQuery of(Given given) {
    LogQuery query = new LogQuery();
    query.equal("node", given.text("node"));
    query.number("job", given.text("job"));
    query.number("task", given.text("task"));
    query.equal("source", given.text("source"));
    query.severity(given.text("severity"));
    query.time("since", ">=", given.text("since"));
    query.time("until", "<", given.text("until"));
    String text = given.text("text");
    if (text != null) {
      bounded("text", text);
      String pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
      query.and("message ILIKE :text", "text", "%" + pattern + "%");
    }
    String regex = given.text("regex");
    if (regex != null) {
      bounded("regex", regex);
      query.and("message ~ :regex", "regex", regex);
    }
    return query;
  }

  private void and(String condition, String name, Object value) {
    where.append(" AND ").append(condition);
    bindings.put(name, value);
  }

  private void equal(String column, @Nullable String text) {
    if (text != null) {
      bounded(column, text);
      and(column + " = :" + column, column, text);
    }
  }

  private void number(String column, @Nullable String text) {
    if (text != null) {
      if (!text.matches("\\d{1,18}")) {
        throw Problem.invalid(column, "must be the number of a " + column);
      }
      and(column + " = :" + column, column, Long.parseLong(text));
    }
  }

  private void severity(@Nullable String text) {
    if (text == null) {
      return;
    }
    for (LogSeverity severity : LogSeverity.values()) {
      if (severity.word().equals(text)) {
        and("severity <= :severity", "severity", severity.ordinal());
        if (severity.compareTo(LogSeverity.WARNING) <= 0) {
          where.append(" AND severity <= 4"); // so that the planner knows the partial index
        }
        return;
      }
    }
    throw Problem.invalid(
        "severity",
        "must be "
            + Problem.oneOf(Arrays.stream(LogSeverity.values()).map(LogSeverity::word).toList()));
  }

  /** A time, or how long ago by the database's clock. */
  private void time(String name, String comparison, @Nullable String text) {
    if (text == null) {
      return;
    }
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      long number = Long.parseLong(ago.group(1));
      Duration duration =
          switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      and(
          "received " + comparison + " now() - :" + name + " * interval '1 s'",
          name,
          duration.toSeconds());
      return;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
      if (time.getYear() < 1 || time.getYear() > 9999) {
        throw Problem.invalid(name, "must lie in the years 1 to 9999");
      }
      and("received " + comparison + " :" + name, name, time);
    } catch (DateTimeException e) {
      throw new Problem(
          Problem.Kind.INVALID,
          "must be a time, e.g. 2026-01-02T03:04:05Z, or how long ago, e.g. 90s, 15m, 2h, 3d",
          name,
          e);
    }
  }

  private static void bounded(String name, String text) {
    if (text.isEmpty() || text.length() > LONGEST || text.indexOf('\0') >= 0) {
      throw Problem.invalid(name, "must have from 1 to " + LONGEST + " characters, and no NUL");
    }
  }

  String where() {
    return where.toString();
  }

  Map<String, Object> bindings() {
    return bindings;
  }

  /** Of this question: a cursor belongs to it. */
  String identity() {
    return "logs:" + Integer.toHexString((where + bindings.toString()).hashCode());
  }
}
