package dev.ingot.netboot.tftp;

import dev.ingot.netboot.PacketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Bytes to {@link TftpPacket} and back. Text is ISO 8859-1: what is sent is what a path was written
 * with.
 */
public final class TftpCodec {
  static final int READ = 1;
  static final int WRITE = 2;
  static final int DATA = 3;
  static final int ACKNOWLEDGEMENT = 4;
  static final int ERROR = 5;
  static final int OPTION_ACKNOWLEDGEMENT = 6;
  private static final int LONGEST_NAME = 512;
  private static final int MOST_OPTIONS = 8;

  private TftpCodec() {}

  /**
   * Reads what remains in the buffer.
   *
   * @throws PacketException when it is no TFTP packet
   */
  public static TftpPacket decode(ByteBuffer packet) {
    if (packet.remaining() < 4) {
      throw new PacketException(
          "a TFTP packet has at least 4 bytes, this one " + packet.remaining());
    }
    int operation = packet.getShort() & 0xffff;
    return switch (operation) {
      case READ ->
          new TftpPacket.ReadRequest(
              text(packet, "the file name"), text(packet, "the mode"), options(packet));
      case WRITE -> new TftpPacket.WriteRequest(text(packet, "the file name"));
      case DATA -> new TftpPacket.Block(packet.getShort() & 0xffff, packet.slice());
      case ACKNOWLEDGEMENT -> new TftpPacket.Acknowledgement(packet.getShort() & 0xffff);
      case ERROR -> new TftpPacket.Failure(packet.getShort() & 0xffff, lenientText(packet));
      case OPTION_ACKNOWLEDGEMENT -> new TftpPacket.OptionAcknowledgement(options(packet));
      default -> throw new PacketException("the operation is 1 to 6, not " + operation);
    };
  }

  private static Map<String, String> options(ByteBuffer packet) {
    Map<String, String> options = new LinkedHashMap<>();
    while (packet.hasRemaining()
        && packet.get(packet.position()) != 0) { // zeros behind the last one are padding
      if (options.size() == MOST_OPTIONS) {
        throw new PacketException("at most " + MOST_OPTIONS + " options are read");
      }
      String name = text(packet, "an option's name").toLowerCase(Locale.ROOT);
      options.putIfAbsent(name, text(packet, "the value of option " + name));
    }
    return options;
  }

  private static String text(ByteBuffer packet, String what) {
    int start = packet.position();
    int end = start;
    while (end < packet.limit() && packet.get(end) != 0) {
      end++;
    }
    if (end == packet.limit()) {
      throw new PacketException(what + " does not end with a zero byte");
    }
    if (end - start > LONGEST_NAME) {
      throw new PacketException(what + " is longer than " + LONGEST_NAME + " bytes");
    }
    byte[] bytes = new byte[end - start];
    packet.get(bytes).get();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /**
   * An error's text is for a log only: firmware sends it without its zero, and one client endless.
   */
  private static String lenientText(ByteBuffer packet) {
    byte[] bytes = new byte[Math.min(packet.remaining(), LONGEST_NAME)];
    packet.get(bytes);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Writes a packet; a block's content is copied. */
  public static ByteBuffer encode(TftpPacket packet) {
    return switch (packet) {
      case TftpPacket.ReadRequest request ->
          withOptions(start(READ, request.file(), request.mode()), request.options());
      case TftpPacket.WriteRequest request -> start(WRITE, request.file(), "octet").flip();
      case TftpPacket.Block block ->
          ByteBuffer.allocate(4 + block.content().remaining())
              .putShort((short) DATA)
              .putShort((short) block.number())
              .put(block.content().duplicate())
              .flip();
      case TftpPacket.Acknowledgement acknowledgement ->
          ByteBuffer.allocate(4)
              .putShort((short) ACKNOWLEDGEMENT)
              .putShort((short) acknowledgement.block())
              .flip();
      case TftpPacket.Failure failure -> {
        byte[] message = failure.message().getBytes(StandardCharsets.ISO_8859_1);
        yield ByteBuffer.allocate(5 + message.length)
            .putShort((short) ERROR)
            .putShort((short) failure.code())
            .put(message)
            .put((byte) 0)
            .flip();
      }
      case TftpPacket.OptionAcknowledgement acknowledgement ->
          withOptions(
              ByteBuffer.allocate(LONGEST_NAME).putShort((short) OPTION_ACKNOWLEDGEMENT),
              acknowledgement.options());
    };
  }

  private static ByteBuffer start(int operation, String file, String mode) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * LONGEST_NAME).putShort((short) operation);
    put(buffer, file);
    put(buffer, mode);
    return buffer;
  }

  private static ByteBuffer withOptions(ByteBuffer buffer, Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          put(buffer, name);
          put(buffer, value);
        });
    return buffer.flip();
  }

  private static void put(ByteBuffer buffer, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length + 1 > buffer.remaining()) {
      throw new PacketException("'" + text.substring(0, 20) + "…' does not fit a TFTP request");
    }
    buffer.put(bytes).put((byte) 0);
  }
}
