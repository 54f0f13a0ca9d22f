package dev.ingot.server.inventory.history;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes as documents hold them: bytes as a number, or a text with its unit. */
final class Amounts {
  private static final Pattern WITH_UNIT =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,6})?)\\s*([kKMGTP]?)(i?)[bB]?(?:/s)?");
  private static final List<String> PREFIXES = List.of("", "K", "M", "G", "T", "P");

  private Amounts() {}

  /** The number of a text such as {@code 16384 MB} or {@code 8.0 GT/s}; null if it is none. */
  static @Nullable BigDecimal number(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Matcher matcher = WITH_UNIT.matcher(text.strip());
    if (!matcher.matches()) {
      return leading(text.strip());
    }
    BigDecimal number = new BigDecimal(String.valueOf(matcher.group(1)));
    int power = PREFIXES.indexOf(String.valueOf(matcher.group(2)).toUpperCase(Locale.ROOT));
    return number.multiply(BigDecimal.valueOf(1024).pow(power));
  }

  /** {@code 8.0 GT/s}, {@code x16}, {@code 3200 MT/s}: the first number, for comparing. */
  private static @Nullable BigDecimal leading(String text) {
    Matcher matcher = Pattern.compile("x?(\\d{1,18}(?:\\.\\d{1,6})?)(\\s.*)?").matcher(text);
    return matcher.matches() ? new BigDecimal(String.valueOf(matcher.group(1))) : null;
  }

  /** Memory in powers of 1024, disks as they are sold; a text as it stands. */
  static @Nullable String shown(@Nullable String size, boolean memory) {
    if (size == null || !size.matches("\\d{1,18}")) {
      return size;
    }
    BigDecimal left = new BigDecimal(size);
    BigDecimal step = BigDecimal.valueOf(memory ? 1024 : 1000);
    int power = 0;
    while (left.compareTo(step) >= 0 && power < PREFIXES.size() - 1) {
      left = left.divide(step);
      power++;
    }
    String prefix = PREFIXES.get(power);
    String unit = memory && power > 0 ? prefix + "iB" : power == 1 ? "kB" : prefix + "B";
    return left.setScale(power == 0 ? 0 : 1, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        + " "
        + unit;
  }
}
