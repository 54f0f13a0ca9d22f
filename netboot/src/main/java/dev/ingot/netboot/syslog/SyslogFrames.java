package dev.ingot.netboot.syslog;

import dev.ingot.netboot.PacketException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Messages of one connection (RFC 6587): counted octets where a frame begins with a digit, else
 * lines. Senders do mix them. A line that is too long is cut, and its rest dropped; a count that is
 * too long ends the connection, since what follows cannot be found.
 */
final class SyslogFrames {
  private static final int LONGEST = 65536;

  private final InputStream stream;
  private final byte[] buffer = new byte[LONGEST];
  private int at;
  private int end;
  private final byte[] frame = new byte[LONGEST];
  private int length;

  SyslogFrames(InputStream stream) {
    this.stream = stream;
  }

  byte[] bytes() {
    return frame;
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
    int first = read();
    while (first == '\n' || first == '\r' || first == 0) {
      first = read();
    }
    if (first < 0) {
      return false;
    }
    return (first >= '1' && first <= '9') ? counted(first) : line(first);
  }

  /** The next byte, or -1 at the end. */
  private int read() throws IOException {
    return at < end || fill() ? buffer[at++] & 0xff : -1;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, stream.read(buffer));
    return end > 0;
  }

  private boolean counted(int first) throws IOException {
    length = 0;
    int count = 0;
    int next = first;
    while (next >= '0' && next <= '9' && length < 6) {
      count = count * 10 + next - '0';
      frame[length++] = (byte) next;
      next = read();
    }
    if (next != ' ') {
      if (next >= 0 && next != '\n') { // a line that begins with digits, such as a time
        frame[length++] = (byte) next;
        restOfLine();
      }
      return true;
    }
    if (count > LONGEST) {
      throw new PacketException("a message has at most " + LONGEST + " bytes, not " + count);
    }
    for (length = 0; length < count && (at < end || fill()); ) {
      copy(Math.min(count - length, end - at));
    }
    return length == count;
  }

  private boolean line(int first) throws IOException {
    frame[0] = (byte) first;
    length = 1;
    restOfLine();
    return true;
  }

  private void restOfLine() throws IOException {
    while (at < end || fill()) {
      int newline = at;
      while (newline < end && buffer[newline] != '\n') {
        newline++;
      }
      int part = newline - at;
      int room = Math.min(part, LONGEST - length);
      copy(room);
      at += part - room;
      if (newline < end) {
        at++;
        return;
      }
    }
  }

  private void copy(int count) {
    System.arraycopy(buffer, at, frame, length, count);
    at += count;
    length += count;
  }
}
