package dev.ingot.netboot.syslog;

import dev.ingot.netboot.PacketException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Messages of one connection (RFC 6587): counted octets where a frame begins with a digit, else
 * lines. Senders do mix them. A line that is too long is cut, and its rest dropped; a count that is
 * too long ends the connection, since what follows cannot be found. A message is read where it
 * came, without a copy.
 */
final class SyslogFrames {
  private static final int LONGEST = 65536;

  /** Digits of a count, and the space behind it. */
  private static final int MOST_DIGITS = 6;

  private final InputStream stream;
  private final Runnable beforeWaiting;
  private final byte[] buffer = new byte[LONGEST + MOST_DIGITS + 1];
  private int at;
  private int end;
  private int from;
  private int length;
  private boolean dropping;

  /**
   * @param beforeWaiting called when all that came was given, before more is waited for
   */
  SyslogFrames(InputStream stream, Runnable beforeWaiting) {
    this.stream = stream;
    this.beforeWaiting = beforeWaiting;
  }

  /** Holds the message from {@link #from} on, until the next is read. */
  byte[] bytes() {
    return buffer;
  }

  int from() {
    return from;
  }

  int length() {
    return length;
  }

  /**
   * Reads the next message.
   *
   * @return false at the end of the connection
   * @throws PacketException when a count is not one
   */
  boolean next() throws IOException {
    while (at < end || more()) {
      byte first = buffer[at];
      if (dropping) {
        dropping = first != '\n';
        at++;
      } else if (first == '\n' || first == '\r' || first == 0) {
        at++;
      } else {
        return (first >= '1' && first <= '9') ? counted() : line(0);
      }
    }
    return false;
  }

  /** Reads what comes behind what is here; false at the end. */
  private boolean more() throws IOException {
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
    }
    beforeWaiting.run();
    int count = stream.read(buffer, end, buffer.length - end);
    end += Math.max(0, count);
    return count > 0;
  }

  private boolean counted() throws IOException {
    int count = 0;
    int digits = 0;
    while (at + digits < end || more()) {
      int next = buffer[at + digits];
      if (next < '0' || next > '9' || digits == MOST_DIGITS) {
        break;
      }
      count = count * 10 + next - '0';
      digits++;
    }
    if (at + digits == end || buffer[at + digits] != ' ') {
      return line(digits); // a line that begins with digits, such as a time
    }
    if (count > LONGEST) {
      throw new PacketException("a message has at most " + LONGEST + " bytes, not " + count);
    }
    while (end - at - digits - 1 < count) {
      if (!more()) {
        return false;
      }
    }
    return found(at + digits + 1, count, at + digits + 1 + count);
  }

  /**
   * @param known bytes that hold no newline
   */
  private boolean line(int known) throws IOException {
    int length = known;
    while (true) {
      int newline = newline(at + length);
      length = newline - at;
      if (newline < end) {
        return found(at, Math.min(length, LONGEST), newline + 1);
      }
      if (length >= LONGEST) {
        dropping = true;
        return found(at, LONGEST, at + length);
      }
      if (!more()) {
        return found(at, length, end);
      }
    }
  }

  /** The place of the next newline, or the end of what is here. */
  private int newline(int start) {
    byte[] bytes = buffer;
    int behind = end;
    int place = start;
    while (place < behind && bytes[place] != '\n') {
      place++;
    }
    return place;
  }

  private boolean found(int begins, int bytes, int next) {
    from = begins;
    length = bytes;
    at = next;
    return true;
  }
}
