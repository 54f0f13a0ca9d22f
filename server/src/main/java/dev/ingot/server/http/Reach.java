package dev.ingot.server.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How near to this machine an address may be that the server itself asks or posts to; each allows
 * what the ones before it allow.
 */
public enum Reach {
  /** Addresses of the Internet. */
  PUBLIC,
  /** Those of a site too: RFC 1918, RFC 4193, and RFC 6598. */
  PRIVATE,
  /** This machine too. */
  LOOPBACK,
  /** Everything, link-local addresses (where clouds keep credentials) included. */
  ANY;

  /** The least reach that allows the address. */
  public static Reach of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address v6) {
      InetAddress inner = embedded(v6);
      if (inner != null) {
        return of(inner);
      }
    }
    if (address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()) {
      return ANY;
    }
    if (address.isLoopbackAddress()) {
      return LOOPBACK;
    }
    if (address.isSiteLocalAddress()) {
      return PRIVATE;
    }
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (address instanceof Inet4Address) {
      // RFC 1122 "this network", RFC 1112 reserved and broadcast
      if (first == 0 || first >= 240) {
        return ANY;
      }
      return first == 100 && second >= 64 && second < 128 ? PRIVATE : PUBLIC;
    }
    return (first & 0xfe) == 0xfc ? PRIVATE : PUBLIC;
  }

  /** The IPv4 address inside a NAT64 (RFC 6052) or 6to4 (RFC 3056) one, null for others. */
  private static @Nullable InetAddress embedded(Inet6Address address) {
    byte[] bytes = address.getAddress();
    int from = -1;
    if (bytes[0] == 0
        && bytes[1] == 0x64
        && (bytes[2] & 0xff) == 0xff
        && (bytes[3] & 0xff) == 0x9b) {
      from = 12;
    } else if (bytes[0] == 0x20 && bytes[1] == 0x02) {
      from = 2;
    } else if (address.isIPv4CompatibleAddress()
        && !address.isLoopbackAddress()
        && !address.isAnyLocalAddress()) {
      from = 12;
    }
    if (from < 0) {
      return null;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
