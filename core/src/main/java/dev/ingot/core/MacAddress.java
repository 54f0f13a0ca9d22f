package dev.ingot.core;

import java.util.Locale;
import java.util.regex.Pattern;

/** A 48-bit MAC address, lower case with colons, as sysfs writes it. */
public record MacAddress(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

  public MacAddress {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "'" + value + "' is not a MAC address (six pairs of hex digits with colons)");
    }
  }

  /** Whether the text, in any case, is a 48-bit MAC address with colons. */
  public static boolean isValid(String text) {
    return FORM.matcher(text.toLowerCase(Locale.ROOT)).matches();
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
