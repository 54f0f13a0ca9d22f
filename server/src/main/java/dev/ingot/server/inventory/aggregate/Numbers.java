package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A sum as MongoDB makes it: of integers an integer (exact, however large), with any other number
 * among them a double, which is the double nearest to the exact sum.
 */
final class Numbers {
  /** Doubles hold every integer up to here. */
  private static final double EXACT = 1L << 53;

  private long integers;
  private BigInteger more = BigInteger.ZERO;
  private BigDecimal fractions = BigDecimal.ZERO;
  private boolean fractional;
  private long count;

  /** Adds a number; everything else is passed over. */
  void add(JsonNode value) {
    if (!value.isNumber()) {
      return;
    }
    count++;
    if (!value.isIntegralNumber()) {
      fractional = true;
      fractions = fractions.add(new BigDecimal(finite(value.doubleValue())));
    } else if (!value.canConvertToLong()) {
      more = more.add(value.bigIntegerValue());
    } else {
      long sum = integers + value.longValue();
      // Both operands have the sign that the sum has not: it overflowed. Hacker's Delight, 2-12.
      if (((integers ^ sum) & (value.longValue() ^ sum)) < 0) {
        more = more.add(BigInteger.valueOf(integers));
        sum = value.longValue();
      }
      integers = sum;
    }
  }

  JsonNode sum() {
    return fractional ? of(asDouble()) : of(whole());
  }

  /** Null if there was no number. */
  JsonNode average() {
    return count == 0 ? JsonNodeFactory.instance.nullNode() : of(asDouble() / count);
  }

  private BigInteger whole() {
    return more.add(BigInteger.valueOf(integers));
  }

  private double asDouble() {
    return fractions.add(new BigDecimal(whole())).doubleValue();
  }

  static JsonNode of(BigInteger value) {
    return value.bitLength() < Long.SIZE
        ? JsonNodeFactory.instance.numberNode(value.longValue())
        : JsonNodeFactory.instance.numberNode(value);
  }

  /** Integers without a fraction of zero. */
  static JsonNode of(double value) {
    finite(value);
    return value == Math.rint(value) && Math.abs(value) < EXACT
        ? JsonNodeFactory.instance.numberNode((long) value)
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw Problem.invalid("pipeline", "a number becomes larger than a double can be");
    }
    return value;
  }
}
