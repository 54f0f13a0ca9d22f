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
    int first = stream.read();
    while (first == '\n' || first == '\r' || first == 0) {
      first = stream.read();
    }
    if (first < 0) {
      return false;
    }
    return (first >= '1' && first <= '9') ? counted(first) : line(first);
  }

  private boolean counted(int first) throws IOException {
    length = 0;
    int count = 0;
    int next = first;
    while (next >= '0' && next <= '9' && length < 6) {
      count = count * 10 + next - '0';
      frame[length++] = (byte) next;
      next = stream.read();
    }
    if (next != ' ') {
      if (next < 0) {
        return true;
      }
      return lineBehind(next); // a line that begins with digits, such as a time
    }
    if (count > LONGEST) {
      throw new PacketException("a message has at most " + LONGEST + " bytes, not " + count);
    }
    length = stream.readNBytes(frame, 0, count);
    return length == count;
  }

  private boolean line(int first) throws IOException {
    length = 0;
    return lineBehind(first);
  }

  private boolean lineBehind(int first) throws IOException {
    for (int next = first; next >= 0 && next != '\n'; next = stream.read()) {
      if (length < LONGEST) {
        frame[length++] = (byte) next;
      }
    }
    return true;
  }
}
