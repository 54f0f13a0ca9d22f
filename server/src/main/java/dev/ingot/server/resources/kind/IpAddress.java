package dev.ingot.server.resources.kind;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP addresses as numbers and texts; no name is ever looked up. */
public final class IpAddress {
  /** No leading zeros: some programs read them as octal. */
  private static final Pattern V4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:]{2,39}|[0-9A-Fa-f:]{2,30}[0-9.]+");

  private final BigInteger number;
  private final boolean six;

  private IpAddress(BigInteger number, boolean six) {
    this.number = number;
    this.six = six;
  }

  /** The address that is written so, null if none is. */
  public static @Nullable IpAddress parse(String text) {
    boolean six = text.indexOf(':') >= 0;
    if (six ? !V6.matcher(text).matches() : !V4.matcher(text).matches()) {
      return null;
    }
    try {
      byte[] bytes = InetAddress.getByName(text).getAddress();
      // ::ffff:10.0.0.1 is read as 10.0.0.1: one address, one spelling.
      return new IpAddress(new BigInteger(1, bytes), bytes.length == 16);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  static @Nullable String canonical(String text) {
    IpAddress address = parse(text);
    return address == null ? null : address.toString();
  }

  public boolean isSix() {
    return six;
  }

  public int bits() {
    return six ? 128 : 32;
  }

  public BigInteger number() {
    return number;
  }

  /** The address that is so many after this one; null beyond the last. */
  public @Nullable IpAddress plus(BigInteger count) {
    BigInteger sum = number.add(count);
    return sum.signum() < 0 || sum.bitLength() > bits() ? null : new IpAddress(sum, six);
  }

  public boolean isBefore(IpAddress other) {
    return number.compareTo(other.number) < 0;
  }

  /** As RFC 5952 writes it: the longest run of two or more zero groups is left out. */
  @Override
  public String toString() {
    if (!six) {
      long value = number.longValueExact();
      return "%d.%d.%d.%d".formatted(value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255);
    }
    List<String> groups = new ArrayList<>();
    for (int i = 7; i >= 0; i--) {
      groups.add(Integer.toHexString(number.shiftRight(16 * i).intValue() & 0xffff));
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups.get(end).equals("0")) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    if (start < 0) {
      return String.join(":", groups);
    }
    return String.join(":", groups.subList(0, start))
        + "::"
        + String.join(":", groups.subList(start + length, 8));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IpAddress address
        && address.six == six
        && address.number.equals(number);
  }

  @Override
  public int hashCode() {
    return number.hashCode();
  }
}
