package dev.ingot.agent.parse;

import org.jspecify.annotations.Nullable;

/** Numbers as the kernel writes them. */
public final class Numbers {
  private Numbers() {}

  /** A whole number, decimal or hexadecimal after 0x; null if the text is none. */
  public static @Nullable Long parse(String text) {
    String value = text.strip();
    try {
      return value.startsWith("0x") || value.startsWith("0X")
          ? Long.parseUnsignedLong(value, 2, value.length(), 16)
          : Long.parseLong(value);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A size such as {@code 32K} or {@code 1024 KB}, in bytes of 1024; null if the text is none. */
  public static @Nullable Long size(String text) {
    String value = text.strip();
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    Long number = parse(value.substring(0, digits));
    if (number == null) {
      return null;
    }
    String unit = value.substring(digits).strip();
    if (unit.isEmpty()) {
      return number;
    }
    return switch (unit.charAt(0)) {
      case 'K', 'k' -> number << 10;
      case 'M' -> number << 20;
      case 'G' -> number << 30;
      case 'B' -> number;
      default -> null;
    };
  }

  /** A decimal number of so many units each, rounded to whole ones; null if the text is none. */
  public static @Nullable Long scaled(String text, long unit) {
    try {
      double value = Double.parseDouble(text.strip());
      return Double.isFinite(value) ? Math.round(value * unit) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
