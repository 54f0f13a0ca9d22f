package dev.ingot.server.inventory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines of bounded length; one that is longer is skipped and said to be. */
final class LineReader {
  private final InputStream in;
  private final int longest;
  private final byte[] buffer = new byte[64 << 10];
  private int from;
  private int to;
  private int number;

  LineReader(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /**
   * One line.
   *
   * @param number from 1
   * @param bytes without the end of the line; null if it is too long
   */
  record Line(int number, byte @Nullable [] bytes) {}

  /** The next line that is not blank; null at the end. */
  @Nullable Line next() throws IOException {
    while (true) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      boolean any = false;
      boolean tooLong = false;
      boolean ended = false;
      while (!ended && (from < to || fill())) {
        int end = from;
        while (end < to && buffer[end] != '\n') {
          end++;
        }
        any = true;
        tooLong |= line.size() + end - from > longest;
        if (!tooLong) {
          line.write(buffer, from, end - from);
        }
        ended = end < to;
        from = ended ? end + 1 : end;
      }
      if (!any) {
        return null;
      }
      number++;
      if (tooLong) {
        return new Line(number, null);
      }
      byte[] bytes = line.toByteArray();
      if (!isBlank(bytes)) {
        return new Line(number, bytes);
      }
    }
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte one : bytes) {
      if (one != ' ' && one != '\t' && one != '\r') {
        return false;
      }
    }
    return true;
  }
}
