package dev.ingot.netboot.dhcp;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One BOOTP/DHCP message (RFC 2131 section 2). A machine's own words: nothing in it is verified.
 *
 * @param request whether a client sent it (op 1), not a server (op 2)
 * @param hardwareType ARP hardware type; 1 is Ethernet, 32 InfiniBand (RFC 4390, which leaves the
 *     address empty)
 * @param hardwareAddress the client's address, 0 to 16 bytes
 * @param transactionId chosen by the client
 * @param seconds since the client began, by its own account
 * @param broadcast whether it cannot hear unicast before it has an address
 * @param relay giaddr: the relay that forwarded it, or none
 * @param serverName sname, at most 63 characters
 * @param file boot file, at most 127 characters here (longer ones travel as option 67)
 */
public record DhcpMessage(
    boolean request,
    int hardwareType,
    byte[] hardwareAddress,
    int hops,
    int transactionId,
    int seconds,
    boolean broadcast,
    Ipv4 client,
    Ipv4 your,
    Ipv4 server,
    Ipv4 relay,
    String serverName,
    String file,
    DhcpOptions options) {
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  /** The client's MAC address, or null where its hardware is not Ethernet. */
  public @Nullable MacAddress mac() {
    if (hardwareType != 1 || hardwareAddress.length != 6) {
      return null;
    }
    byte[] text = new byte[17];
    for (int part = 0; part < 6; part++) {
      text[part * 3] = DIGITS[hardwareAddress[part] >> 4 & 0xf];
      text[part * 3 + 1] = DIGITS[hardwareAddress[part] & 0xf];
      if (part < 5) {
        text[part * 3 + 2] = ':';
      }
    }
    return new MacAddress(new String(text, StandardCharsets.ISO_8859_1));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DhcpMessage that
        && request == that.request
        && hardwareType == that.hardwareType
        && Arrays.equals(hardwareAddress, that.hardwareAddress)
        && hops == that.hops
        && transactionId == that.transactionId
        && seconds == that.seconds
        && broadcast == that.broadcast
        && client.equals(that.client)
        && your.equals(that.your)
        && server.equals(that.server)
        && relay.equals(that.relay)
        && serverName.equals(that.serverName)
        && file.equals(that.file)
        && options.equals(that.options);
  }

  @Override
  public int hashCode() {
    return Objects.hash(transactionId, Arrays.hashCode(hardwareAddress), options);
  }
}
