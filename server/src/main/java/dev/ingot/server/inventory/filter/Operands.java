package dev.ingot.server.inventory.filter;

import dev.ingot.server.inventory.filter.Condition.Comparison;
import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;

/** Reads the operands of single operators. */
final class Operands {
  private static final int MAX_LIST = 1000;

  private Operands() {}

  static void requireList(String operator, JsonNode operand, String field) {
    if (!operand.isArray()) {
      throw Problem.invalid(field, operator + " needs a list of values");
    }
    if (operand.size() > MAX_LIST) {
      throw Problem.invalid(field, operator + " takes at most " + MAX_LIST + " values");
    }
  }

  static Condition compare(String operator, JsonNode operand, String field) {
    if (operand.isContainer()) {
      throw Problem.invalid(field, operator + " compares a number, a string, a boolean or null");
    }
    for (Comparison comparison : Comparison.values()) {
      if (comparison.operator.equals(operator)) {
        return new Condition.Compare(comparison, operand);
      }
    }
    throw new IllegalArgumentException(operator);
  }

  /** As MongoDB: false and 0 are false. */
  static boolean truth(JsonNode operand, String field) {
    if (operand.isBoolean()) {
      return operand.booleanValue();
    }
    if (operand.isNumber()) {
      return FilterBounds.isTrue(operand);
    }
    throw Problem.invalid(field, "$exists needs true or false");
  }

  static Condition remainder(JsonNode operand, String field) {
    if (!operand.isArray()
        || operand.size() != 2
        || !isLong(operand.path(0))
        || !isLong(operand.path(1))) {
      throw Problem.invalid(field, "$mod needs [divisor, remainder], two numbers");
    }
    long divisor = operand.path(0).decimalValue().longValue();
    if (divisor == 0) {
      throw Problem.invalid(field, "$mod cannot divide by 0");
    }
    return new Condition.Remainder(divisor, operand.path(1).decimalValue().longValue());
  }

  private static boolean isLong(JsonNode number) {
    return number.isNumber()
        && FilterBounds.isReasonable(number)
        && number.decimalValue().abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
  }

  static Condition size(JsonNode operand, String field) {
    if (!operand.isNumber()
        || !FilterBounds.isReasonable(operand)
        || operand.decimalValue().stripTrailingZeros().scale() > 0
        || operand.decimalValue().signum() < 0
        || operand.decimalValue().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
      throw Problem.invalid(field, "$size needs a whole number from 0");
    }
    return new Condition.Size(operand.decimalValue().intValue());
  }
}
