package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.problem.Problem;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** Arithmetic between numbers: integers stay exact, others are doubles; null makes null. */
enum Arithmetic {
  ADD(BigInteger::add, Double::sum),
  SUBTRACT(BigInteger::subtract, (a, b) -> a - b),
  MULTIPLY(BigInteger::multiply, (a, b) -> a * b),
  DIVIDE(null, (a, b) -> a / b);

  /** Products of many factors stay within what a number of a document may have. */
  private static final int MOST_BITS = 1024;

  private final @Nullable BinaryOperator<BigInteger> whole;
  private final DoubleBinaryOperator real;

  Arithmetic(@Nullable BinaryOperator<BigInteger> whole, DoubleBinaryOperator real) {
    this.whole = whole;
    this.real = real;
  }

  JsonNode of(List<JsonNode> values, String word, String field) {
    for (JsonNode value : values) {
      if (Operator.isNothing(value)) {
        return NullNode.getInstance();
      }
      if (!value.isNumber()) {
        throw Operator.mismatch(word, "numbers", value, field);
      }
    }
    JsonNode result = values.getFirst();
    for (JsonNode value : values.subList(1, values.size())) {
      result = of(result, value, word, field);
    }
    return result;
  }

  private JsonNode of(JsonNode left, JsonNode right, String word, String field) {
    if (this == DIVIDE && right.doubleValue() == 0) {
      throw Problem.invalid(field, word + " would divide by zero");
    }
    if (whole != null && left.isIntegralNumber() && right.isIntegralNumber()) {
      BigInteger result = whole.apply(left.bigIntegerValue(), right.bigIntegerValue());
      if (result.bitLength() > MOST_BITS) {
        throw Problem.invalid(field, word + " makes a number that is too large");
      }
      return Numbers.of(result);
    }
    return Numbers.of(real.applyAsDouble(left.doubleValue(), right.doubleValue()));
  }
}
