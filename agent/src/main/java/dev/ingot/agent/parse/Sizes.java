package dev.ingot.agent.parse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sizes with a unit, in bytes. */
final class Sizes {
  private Sizes() {}

  /** Units of 1024 whatever they are called, as firmware, LSI's and Adaptec's tools count. */
  static @Nullable Long binary(@Nullable String text) {
    return bytes(text, 1024);
  }

  /** Units of 1000 unless they are called KiB, MiB, …, as makers of disks count. */
  static @Nullable Long decimal(@Nullable String text) {
    return bytes(text, 1000);
  }

  private static @Nullable Long bytes(@Nullable String text, double thousand) {
    if (text == null) {
      return null;
    }
    String value = text.strip();
    int end = 0;
    while (end < value.length()
        && (Text.digit(value.charAt(end))
            || value.charAt(end) == '.'
            || value.charAt(end) == ',')) {
      end++;
    }
    if (end == 0 || end > 30) {
      return null;
    }
    double number;
    try {
      number = Double.parseDouble(number(value.substring(0, end)));
    } catch (NumberFormatException e) {
      return null;
    }
    String unit = value.substring(end).strip().toLowerCase(Locale.ROOT);
    int letters = 0;
    while (letters < unit.length() && Character.isLetter(unit.charAt(letters))) {
      letters++;
    }
    unit = unit.substring(0, letters);
    boolean iec = unit.length() > 1 && unit.charAt(1) == 'i';
    double base = iec ? 1024 : thousand;
    int power =
        unit.isEmpty() || unit.equals("b") || unit.equals("bytes") || unit.equals("byte")
            ? 0
            : 1 + "kmgtpe".indexOf(unit.charAt(0));
    if (power == 0 && !unit.isEmpty() && unit.charAt(0) != 'b') {
      return null;
    }
    double bytes = number * Math.pow(base, power);
    return bytes < 9e18 ? Long.valueOf(Math.round(bytes)) : null;
  }

  /** 1,234 has its thousands apart; 1,5 is a decimal number of another locale. */
  private static String number(String digits) {
    int comma = digits.lastIndexOf(',');
    boolean point = comma >= 0 && digits.length() - comma != 4 && digits.indexOf('.') < 0;
    return point ? digits.replace(',', '.') : digits.replace(",", "");
  }

  /** Whole numbers of MHz, MT/s, GHz, …, in units of one. */
  static @Nullable Long hertz(@Nullable String text) {
    Double number = Text.decimal(text);
    if (number == null || text == null) {
      return null;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    double unit =
        lower.contains("ghz") ? 1e9 : lower.contains("mhz") ? 1e6 : lower.contains("khz") ? 1e3 : 0;
    return unit == 0 ? null : Long.valueOf(Math.round(number * unit));
  }
}
