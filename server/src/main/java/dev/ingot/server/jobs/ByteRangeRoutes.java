package dev.ingot.server.jobs;

import io.javalin.http.Context;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Part of a body: RFC 9110 section 14, one range of bytes; anything else is answered whole. */
final class ByteRangeRoutes {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,15})-([0-9]{0,15})");

  private ByteRangeRoutes() {}

  static void answer(Context context, byte[] bytes) {
    context.header("Accept-Ranges", "bytes");
    String header = context.header("Range");
    Matcher range = RANGE.matcher(header == null ? "" : header.strip());
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      context.result(bytes);
      return;
    }
    long from;
    long to = bytes.length - 1L;
    if (range.group(1).isEmpty()) {
      from = Math.max(0, bytes.length - Long.parseLong(range.group(2)));
    } else {
      from = Long.parseLong(range.group(1));
      to = range.group(2).isEmpty() ? to : Math.min(to, Long.parseLong(range.group(2)));
    }
    if (from > to || from >= bytes.length) {
      context.status(416).header("Content-Range", "bytes */" + bytes.length).result("");
      return;
    }
    context
        .status(206)
        .header("Content-Range", "bytes %d-%d/%d".formatted(from, to, bytes.length))
        .result(Arrays.copyOfRange(bytes, (int) from, (int) to + 1));
  }
}
