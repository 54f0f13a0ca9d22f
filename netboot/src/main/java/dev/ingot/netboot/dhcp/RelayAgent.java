package dev.ingot.netboot.dhcp;

import dev.ingot.netboot.Ipv4;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a relay says of a message in option 82 (RFC 3046). What breaks its own lengths counts as not
 * said: the option itself goes back as it came.
 *
 * @param circuit the port that the message came in by: text where it is that, else hexadecimal
 * @param remote the machine behind it, as the relay names it
 * @param linkSelection an address of the network that the machine is in, where that is not the
 *     relay's own (RFC 3527)
 * @param serverIdentifier what the server is to call itself, so that renewals pass the relay (RFC
 *     5107)
 */
public record RelayAgent(
    @Nullable String circuit,
    @Nullable String remote,
    @Nullable Ipv4 linkSelection,
    @Nullable Ipv4 serverIdentifier) {
  private static final RelayAgent SILENT = new RelayAgent(null, null, null, null);
  private static final int CIRCUIT = 1;
  private static final int REMOTE = 2;
  private static final int LINK_SELECTION = 5;
  private static final int SERVER_IDENTIFIER = 11;

  public static RelayAgent of(DhcpMessage message) {
    byte[] bytes = message.options().raw(OptionCode.RELAY_AGENT);
    if (bytes == null) {
      return SILENT;
    }
    byte[] @Nullable [] parts = new byte[256] @Nullable [];
    for (int at = 0; at < bytes.length; ) {
      int code = bytes[at] & 0xff;
      int length = at + 1 < bytes.length ? bytes[at + 1] & 0xff : bytes.length;
      if (at + 2 + length > bytes.length) {
        return SILENT;
      }
      parts[code] = Arrays.copyOfRange(bytes, at + 2, at + 2 + length);
      at += 2 + length;
    }
    return new RelayAgent(
        words(parts[CIRCUIT]),
        words(parts[REMOTE]),
        address(parts[LINK_SELECTION]),
        address(parts[SERVER_IDENTIFIER]));
  }

  private static @Nullable Ipv4 address(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length != 4) {
      return null;
    }
    int bits = 0;
    for (byte part : bytes) {
      bits = bits << 8 | (part & 0xff);
    }
    return new Ipv4(bits);
  }

  private static @Nullable String words(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length == 0) {
      return null;
    }
    for (byte each : bytes) {
      if (each < 0x20 || each == 0x7f) {
        return HexFormat.of().formatHex(bytes);
      }
    }
    return new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
  }
}
