package dev.ingot.configuration;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An amount of bytes, written {@code 10GiB}, {@code 512MiB}, {@code 1.5GB} or {@code 4096B}: binary
 * units with an i (1024), decimal ones without (1000).
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,18})(?:\\.(\\d{1,3}))?\\s*([A-Za-z]+)");
  private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);
  private static final Map<String, Long> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("TiB", 1L << 40);
    UNITS.put("GiB", 1L << 30);
    UNITS.put("MiB", 1L << 20);
    UNITS.put("KiB", 1L << 10);
    UNITS.put("TB", 1_000_000_000_000L);
    UNITS.put("GB", 1_000_000_000L);
    UNITS.put("MB", 1_000_000L);
    UNITS.put("kB", 1_000L);
    UNITS.put("B", 1L);
  }

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("an amount of bytes is not negative");
    }
  }

  public static ByteSize ofMebibytes(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  public static ByteSize ofGibibytes(long gibibytes) {
    return new ByteSize(Math.multiplyExact(gibibytes, 1L << 30));
  }

  /**
   * Reads an amount with its unit.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (matcher.matches()) {
      for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
        if (unit.getKey().toLowerCase(Locale.ROOT).equals(lower(matcher.group(3)))) {
          BigInteger bytes =
              thousandths(matcher.group(1), matcher.group(2))
                  .multiply(BigInteger.valueOf(unit.getValue()))
                  .divide(THOUSAND);
          if (bytes.bitLength() < Long.SIZE) {
            return new ByteSize(bytes.longValue());
          }
        }
      }
    }
    throw new IllegalArgumentException("not an amount of bytes with a unit, e.g. 512MiB or 10GiB");
  }

  /** Not by BigDecimal, whose tables take an agent in QEMU a quarter of a second. */
  private static BigInteger thousandths(String whole, @Nullable String fraction) {
    String digits = fraction == null ? "" : fraction;
    return new BigInteger(whole + digits + "0".repeat(3 - digits.length()));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The amount in the largest unit that needs no fraction, as {@link #parse} reads it. */
  @Override
  public String toString() {
    for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
      if (bytes >= unit.getValue() && bytes % unit.getValue() == 0) {
        return bytes / unit.getValue() + unit.getKey();
      }
    }
    return bytes + "B";
  }
}
