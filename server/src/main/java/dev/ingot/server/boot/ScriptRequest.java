package dev.ingot.server.boot;

import dev.ingot.core.MacAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Recognises {@code GET /boot/ipxe?mac=52:54:00:12:34:56} as iPXE and other plain clients write it,
 * in bytes. Whatever has more to say is not recognised: it is for a whole HTTP server to judge.
 */
final class ScriptRequest {
  /** The request is not all there yet. */
  static final int INCOMPLETE = 0;

  /** Another request, or one that says more than is understood here. */
  static final int ANOTHER = -1;

  private static final byte[] BEFORE_MAC = bytes("GET /boot/ipxe?mac=");
  private static final int MAC = 17;
  private static final byte[] BEHIND_MAC = bytes(" HTTP/1.1\r\n");
  private static final byte[] HOST = bytes("host");
  private static final byte[] CONNECTION = bytes("connection");
  private static final byte[] KEEP_ALIVE = bytes("keep-alive");

  /** Fields that change nothing here. */
  private static final byte[][] HARMLESS = {
    bytes("user-agent"), bytes("accept"), bytes("accept-language"), bytes("cache-control")
  };

  /** A longer head is another's. */
  static final int LONGEST = 1024;

  private final byte[] head = new byte[LONGEST];
  private final byte[] last = new byte[MAC];
  private @Nullable MacAddress mac;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whose script was asked for last; null where that is no MAC address. */
  @Nullable MacAddress mac() {
    return mac;
  }

  /**
   * Looks at the request that begins at the position, and moves nothing.
   *
   * @return how many bytes it has, or {@link #INCOMPLETE} or {@link #ANOTHER}
   */
  int read(ByteBuffer request) {
    int end = Math.min(request.remaining(), head.length);
    request.get(request.position(), head, 0, end);
    int there = Math.min(BEFORE_MAC.length, end);
    if (!is(0, BEFORE_MAC, there, false)) {
      return ANOTHER;
    }
    int behind = BEFORE_MAC.length + MAC;
    int line = behind + BEHIND_MAC.length;
    for (int at = BEFORE_MAC.length; at < Math.min(behind, end); at++) {
      if (head[at] <= ' ') {
        return ANOTHER; // too short for a MAC address
      }
    }
    int rest = Math.clamp(end - behind, 0, BEHIND_MAC.length);
    if (!is(behind, BEHIND_MAC, rest, false)) {
      return ANOTHER;
    }
    if (end < line) {
      return INCOMPLETE;
    }
    boolean host = false;
    while (true) {
      int newline = line;
      while (newline < end && head[newline] >= ' ') {
        newline++;
      }
      if (newline + 1 >= end) {
        return newline == end || head[newline] == '\r' ? INCOMPLETE : ANOTHER;
      }
      if (head[newline] != '\r' || head[newline + 1] != '\n') {
        return ANOTHER;
      }
      if (newline == line) {
        readMac();
        return host ? line + 2 : ANOTHER;
      }
      boolean names = names(line, newline, HOST);
      if (names ? host : !harmless(line, newline)) {
        return ANOTHER;
      }
      host |= names;
      line = newline + 2;
    }
  }

  private boolean harmless(int from, int to) {
    for (byte[] each : HARMLESS) {
      if (names(from, to, each)) {
        return true;
      }
    }
    int value = from + CONNECTION.length + 1;
    return names(from, to, CONNECTION)
        && value < to
        && head[value] == ' '
        && to - value - 1 == KEEP_ALIVE.length
        && is(value + 1, KEEP_ALIVE, KEEP_ALIVE.length, true);
  }

  /** Whether a field's line begins with that name and its colon. */
  private boolean names(int from, int to, byte[] name) {
    return to - from > name.length
        && head[from + name.length] == ':'
        && is(from, name, name.length, true);
  }

  /**
   * Whether the same letters stand there.
   *
   * @param anyCase whether small letters of the word stand for large ones too
   */
  private boolean is(int from, byte[] word, int length, boolean anyCase) {
    for (int place = 0; place < length; place++) {
      byte here = head[from + place];
      boolean same =
          here == word[place]
              || (anyCase
                  && word[place] >= 'a'
                  && here >= 'A'
                  && here <= 'Z'
                  && here + 32 == word[place]);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private void readMac() {
    boolean same = mac != null;
    for (int place = 0; place < MAC; place++) {
      byte here = head[BEFORE_MAC.length + place];
      same &= here == last[place];
      last[place] = here;
    }
    if (!same) {
      String text = new String(last, StandardCharsets.US_ASCII).replace('-', ':');
      mac = MacAddress.isValid(text) ? MacAddress.parse(text) : null;
    }
  }
}
