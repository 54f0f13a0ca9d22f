package dev.ingot.core;

import java.util.Locale;

/** A 48-bit MAC address, lower case with colons, as sysfs writes it. */
public record MacAddress(String value) {
  public MacAddress {
    if (!isNormal(value)) {
      throw new IllegalArgumentException(
          "'" + value + "' is not a MAC address (six pairs of hex digits with colons)");
    }
  }

  /** Whether the text, in any case, is a 48-bit MAC address with colons. */
  public static boolean isValid(String text) {
    return isNormal(text.toLowerCase(Locale.ROOT));
  }

  /** Six pairs of small hex digits with colons; looked at by hand, for it is asked very often. */
  private static boolean isNormal(String text) {
    if (text.length() != 17) {
      return false;
    }
    for (int at = 0; at < 17; at++) {
      char each = text.charAt(at);
      boolean digit = (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
      if (at % 3 == 2 ? each != ':' : !digit) {
        return false;
      }
    }
    return true;
  }

  /** Reads an address in any case, with colons or dashes. */
  public static MacAddress parse(String text) {
    return new MacAddress(text.strip().replace('-', ':').toLowerCase(Locale.ROOT));
  }

  /**
   * Whether the address can tell one port from every other: universally administered (IEEE 802: U/L
   * bit 0), not a group address, not all zero.
   */
  public boolean identifies() {
    int first = Integer.parseInt(value, 0, 2, 16);
    return (first & 0b11) == 0 && !value.equals("00:00:00:00:00:00");
  }

  @Override
  public String toString() {
    return value;
  }
}
