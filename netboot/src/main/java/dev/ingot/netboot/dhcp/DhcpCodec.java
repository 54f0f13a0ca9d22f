package dev.ingot.netboot.dhcp;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.PacketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes to {@link DhcpMessage} and back (RFC 2131 section 2, RFC 2132, RFC 3396). */
public final class DhcpCodec {
  private static final int HEADER = 236;
  private static final int MAGIC_COOKIE = 0x63825363;
  private static final int HARDWARE_AT = 28;
  private static final int SERVER_NAME_AT = 44;
  private static final int SERVER_NAME_LENGTH = 64;
  private static final int FILE_AT = 108;
  private static final int FILE_LENGTH = 128;

  /** BOOTP relays and some boot ROMs drop what is shorter (RFC 951 section 3). */
  private static final int SHORTEST = 300;

  /** What fits one Ethernet frame; no reply of ours is longer. */
  private static final int LONGEST = 1472;

  private DhcpCodec() {}

  /**
   * Reads one message.
   *
   * @throws PacketException when the bytes are none: too short, no magic cookie, an option that is
   *     longer than what is left
   */
  public static DhcpMessage decode(byte[] packet, int length) {
    if (length < HEADER + 4) {
      throw new PacketException("a DHCP message has at least 240 bytes, this one " + length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(packet, 0, length);
    int operation = buffer.get();
    if (operation != 1 && operation != 2) {
      throw new PacketException("op is 1 or 2, not " + operation);
    }
    int hardwareType = buffer.get() & 0xff;
    int hardwareLength = buffer.get() & 0xff;
    if (hardwareLength > 16) {
      throw new PacketException("hlen is at most 16, not " + hardwareLength);
    }
    int hops = buffer.get() & 0xff;
    int transaction = buffer.getInt();
    int seconds = buffer.getShort() & 0xffff;
    boolean broadcast = buffer.getShort() < 0;
    Ipv4 client = new Ipv4(buffer.getInt());
    Ipv4 your = new Ipv4(buffer.getInt());
    Ipv4 server = new Ipv4(buffer.getInt());
    Ipv4 relay = new Ipv4(buffer.getInt());
    byte[] hardwareAddress =
        Arrays.copyOfRange(packet, buffer.position(), buffer.position() + hardwareLength);
    if (buffer.getInt(HEADER) != MAGIC_COOKIE) {
      throw new PacketException("the magic cookie 63825363 is missing at byte 236");
    }
    DhcpOptions.Builder options = DhcpOptions.builder();
    readOptions(packet, HEADER + 4, length, options);
    int overload = overload(options);
    if ((overload & 1) != 0) {
      readOptions(packet, FILE_AT, FILE_AT + FILE_LENGTH, options);
    }
    if ((overload & 2) != 0) {
      readOptions(packet, SERVER_NAME_AT, SERVER_NAME_AT + SERVER_NAME_LENGTH, options);
    }
    return new DhcpMessage(
        operation == 1,
        hardwareType,
        hardwareAddress,
        hops,
        transaction,
        seconds,
        broadcast,
        client,
        your,
        server,
        relay,
        (overload & 2) != 0 ? "" : text(packet, SERVER_NAME_AT, SERVER_NAME_LENGTH),
        (overload & 1) != 0 ? "" : text(packet, FILE_AT, FILE_LENGTH),
        options.last());
  }

  private static int overload(DhcpOptions.Builder options) {
    if (options.raw(OptionCode.OVERLOAD) == null) {
      return 0;
    }
    long overload = options.build().number(OptionCode.OVERLOAD);
    if (overload > 3 || overload == 0) {
      throw new PacketException("option 52 (overload) is 1, 2 or 3, not " + overload);
    }
    return overload < 0 ? 0 : (int) overload;
  }

  private static void readOptions(byte[] packet, int from, int to, DhcpOptions.Builder options) {
    int at = from;
    while (at < to) {
      int code = packet[at++] & 0xff;
      if (code == OptionCode.PAD) {
        continue;
      }
      if (code == OptionCode.END) {
        return;
      }
      if (at >= to) {
        throw new PacketException("option " + code + " has no length");
      }
      int length = packet[at++] & 0xff;
      if (length > to - at) {
        throw new PacketException(
            "option " + code + " says " + length + " bytes where " + (to - at) + " are left");
      }
      options.append(code, packet, at, length);
      at += length;
    }
  }

  private static String text(byte[] packet, int from, int longest) {
    int length = 0;
    while (length < longest && packet[from + length] != 0) {
      length++;
    }
    return new String(packet, from, length, StandardCharsets.ISO_8859_1);
  }

  /**
   * Writes one message, the message type first and the relay's own words last (RFC 3046 section
   * 2.2), padded to 300 bytes.
   *
   * @throws PacketException when it does not fit an Ethernet frame
   */
  public static byte[] encode(DhcpMessage message) { // an array: buffers are slower by much
    DhcpOptions options = message.options();
    byte[] out = new byte[Math.max(SHORTEST, length(options))];
    out[0] = (byte) (message.request() ? 1 : 2);
    out[1] = (byte) message.hardwareType();
    out[2] = (byte) message.hardwareAddress().length;
    out[3] = (byte) message.hops();
    put(out, 4, message.transactionId());
    out[8] = (byte) (message.seconds() >> 8);
    out[9] = (byte) message.seconds();
    out[10] = (byte) (message.broadcast() ? 0x80 : 0);
    put(out, 12, message.client().bits());
    put(out, 16, message.your().bits());
    put(out, 20, message.server().bits());
    put(out, 24, message.relay().bits());
    System.arraycopy(
        message.hardwareAddress(), 0, out, HARDWARE_AT, message.hardwareAddress().length);
    put(out, SERVER_NAME_AT, SERVER_NAME_LENGTH, message.serverName(), "sname");
    put(out, FILE_AT, FILE_LENGTH, message.file(), "file");
    put(out, HEADER, MAGIC_COOKIE);
    int at = put(out, HEADER + 4, options, OptionCode.MESSAGE_TYPE);
    int end = Math.min(options.end(), OptionCode.END);
    for (int code = 1; code < end; code++) {
      if (options.has(code) && code != OptionCode.MESSAGE_TYPE && code != OptionCode.RELAY_AGENT) {
        at = put(out, at, options, code);
      }
    }
    at = put(out, at, options, OptionCode.RELAY_AGENT);
    out[at] = (byte) OptionCode.END;
    return out;
  }

  /** How long a message with these options is, its end included. */
  private static int length(DhcpOptions options) {
    int length = HEADER + 5;
    int end = Math.min(options.end(), OptionCode.END);
    for (int code = 1; code < end; code++) {
      byte[] value = options.raw(code);
      if (value != null) {
        length += value.length + 2 * Math.max(1, (value.length + 254) / 255);
      }
    }
    if (length > LONGEST) {
      throw new PacketException("the options do not fit " + LONGEST + " bytes");
    }
    return length;
  }

  private static void put(byte[] out, int at, int value) {
    out[at] = (byte) (value >> 24);
    out[at + 1] = (byte) (value >> 16);
    out[at + 2] = (byte) (value >> 8);
    out[at + 3] = (byte) value;
  }

  private static void put(byte[] out, int at, int length, String text, String field) {
    if (text.isEmpty()) {
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length >= length) {
      throw new PacketException(
          field + " holds at most " + (length - 1) + " characters, not " + bytes.length);
    }
    System.arraycopy(bytes, 0, out, at, bytes.length);
  }

  /** Returns where the next option begins. */
  private static int put(byte[] out, int begin, DhcpOptions options, int code) {
    byte[] value = options.raw(code);
    if (value == null) {
      return begin;
    }
    int at = begin;
    int from = 0;
    do { // RFC 3396: an option above 255 bytes is sent in parts
      int length = Math.min(255, value.length - from);
      out[at] = (byte) code;
      out[at + 1] = (byte) length;
      System.arraycopy(value, from, out, at + 2, length);
      at += length + 2;
      from += length;
    } while (from < value.length);
    return at;
  }
}
