package dev.ingot.server.webhooks;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an answer means: delivered, to be tried again, or refused for good. */
final class Verdict {
  /** Of 4xx, those that pass: timeout, too early, too many. All others say no to the request. */
  private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(408, 425, 429);

  private static final int SHOWN = 200;

  private Verdict() {}

  static Outcome of(HttpResponse.ResponseInfo answer, byte[] body, Instant now, int millis) {
    int status = answer.statusCode();
    if (status / 100 == 2) {
      return new Outcome(Outcome.Kind.DELIVERED, status, null, null, millis);
    }
    if (status / 100 == 3) {
      String reason = "answered " + status + "; redirects are not followed";
      return new Outcome(Outcome.Kind.REFUSED, status, reason, null, millis);
    }
    boolean again = status >= 500 || WORTH_ANOTHER_TRY.contains(status);
    return new Outcome(
        again ? Outcome.Kind.FAILED : Outcome.Kind.REFUSED,
        status,
        "answered " + status + said(body),
        again ? retryAfter(answer.headers().firstValue("Retry-After").orElse(""), now) : null,
        millis);
  }

  /** The beginning of a body, on one line, without what cannot be stored or would move a cursor. */
  private static String said(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).replaceAll("[\\p{Cc}\\s\ufffd]+", " ");
    String line = text.strip();
    if (line.isEmpty()) {
      return "";
    }
    int end = Math.min(line.length(), SHOWN);
    boolean split = end < line.length() && Character.isHighSurrogate(line.charAt(end - 1));
    String shown = line.substring(0, split ? end - 1 : end);
    return ": " + shown + (end < line.length() ? "…" : "");
  }

  /** RFC 9110, 10.2.3: seconds or a date; null for anything else. */
  static @Nullable Duration retryAfter(String header, Instant now) {
    String text = header.strip();
    if (text.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    if (text.isEmpty()) {
      return null;
    }
    try {
      Duration pause =
          Duration.between(
              now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return pause.isNegative() ? Duration.ZERO : pause;
    } catch (DateTimeException e) {
      return null; // no date: as if it had said nothing
    }
  }
}
