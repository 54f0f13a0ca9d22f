package dev.ingot.server.resources.claim;

import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long, as people write it: {@code 90s}, {@code 2h}, {@code 1d12h}. */
final class Lengths {
  private static final Pattern FORM =
      Pattern.compile("(?=\\d)(?:(\\d{1,5})d)?(?:(\\d{1,6})h)?(?:(\\d{1,7})m)?(?:(\\d{1,9})s)?");
  private static final Duration MOST = Duration.ofDays(36_500);

  private Lengths() {}

  static Duration parse(String text, String field) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      Duration length =
          Duration.ofDays(part(matcher, 1))
              .plusHours(part(matcher, 2))
              .plusMinutes(part(matcher, 3))
              .plusSeconds(part(matcher, 4));
      if (length.isPositive() && length.compareTo(MOST) <= 0) {
        return length;
      }
    }
    throw Problem.invalid(field, "must be a length of time, e.g. 90s, 2h or 1d12h");
  }

  private static long part(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
