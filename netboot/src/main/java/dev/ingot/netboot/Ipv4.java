package dev.ingot.netboot;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** An IPv4 address as its 32 bits, most significant first. */
public record Ipv4(int bits) implements Comparable<Ipv4> {
  /** 0.0.0.0: "none" in every field of a DHCP message. */
  public static final Ipv4 NONE = new Ipv4(0);

  /** 255.255.255.255. */
  public static final Ipv4 BROADCAST = new Ipv4(-1);

  /**
   * Reads four decimal numbers with dots; never asks a name server.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static Ipv4 parse(String text) {
    int bits = 0;
    int number = 0;
    int digits = 0;
    int parts = 0;
    for (int at = 0; at <= text.length(); at++) {
      char next = at == text.length() ? '.' : text.charAt(at);
      if (next >= '0' && next <= '9' && digits < 3) {
        number = number * 10 + next - '0';
        digits++;
      } else if (next == '.' && digits > 0 && parts < 4) {
        if (number > 255) {
          throw new IllegalArgumentException(
              "'" + text + "' is not an IPv4 address (" + number + " is above 255)");
        }
        bits = bits << 8 | number;
        number = 0;
        digits = 0;
        parts++;
      } else {
        parts = 5;
        break;
      }
    }
    if (parts != 4) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an IPv4 address (four numbers with dots)");
    }
    return new Ipv4(bits);
  }

  public static Ipv4 of(Inet4Address address) {
    byte[] bytes = address.getAddress();
    return new Ipv4(
        (bytes[0] & 0xff) << 24
            | (bytes[1] & 0xff) << 16
            | (bytes[2] & 0xff) << 8
            | (bytes[3] & 0xff));
  }

  public byte[] bytes() {
    return new byte[] {
      (byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits
    };
  }

  public InetAddress address() {
    try {
      return InetAddress.getByAddress(bytes());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible); // four bytes are always an address
    }
  }

  public boolean isNone() {
    return bits == 0;
  }

  /** Whether both lie in one network of that many leading bits. */
  public boolean sharesPrefix(Ipv4 other, int prefixLength) {
    int mask = mask(prefixLength).bits;
    return (bits & mask) == (other.bits & mask);
  }

  /** The mask of a prefix: 24 is 255.255.255.0. */
  public static Ipv4 mask(int prefixLength) {
    return new Ipv4(prefixLength == 0 ? 0 : -1 << (32 - prefixLength));
  }

  // Both by hand: addresses are looked up all the time, and what records have is slower.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ipv4 that && bits == that.bits;
  }

  @Override
  public int hashCode() {
    return bits;
  }

  @Override
  public int compareTo(Ipv4 other) {
    return Integer.compareUnsigned(bits, other.bits);
  }

  @Override
  public String toString() {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 0xff)
        + "."
        + (bits >>> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }
}
