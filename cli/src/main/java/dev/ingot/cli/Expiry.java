package dev.ingot.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** The option {@code --expires}: how long a token lives. */
final class Expiry {
  private static final Pattern FORM =
      Pattern.compile("(?=\\d)(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?");

  private Expiry() {}

  static void put(Call call, ObjectNode body) {
    String text = call.option("--expires");
    if (text != null) {
      body.put("expiresInSeconds", seconds(text));
    }
  }

  private static long seconds(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw CommandException.usage("--expires is a duration, e.g. 30d or 12h, not " + text);
    }
    return Duration.ofDays(part(matcher, 1))
        .plusHours(part(matcher, 2))
        .plusMinutes(part(matcher, 3))
        .plusSeconds(part(matcher, 4))
        .toSeconds();
  }

  private static long part(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
