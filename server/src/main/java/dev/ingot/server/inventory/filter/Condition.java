package dev.ingot.server.inventory.filter;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a value must be. */
public sealed interface Condition {
  /**
   * Equal in type and value; numbers by value, objects without regard to the order of keys. Null is
   * also met by a field that is not there.
   */
  record Equal(JsonNode operand) implements Condition {}

  /** Before or after an operand of the same type: a number, a string or a boolean. */
  record Compare(Comparison comparison, JsonNode operand) implements Condition {}

  /** Equal to one of the operands. */
  record In(List<JsonNode> operands) implements Condition {
    public In {
      operands = List.copyOf(operands);
    }
  }

  /** The field is there, with null too. */
  record Exists() implements Condition {}

  /** A string in which the expression is found. */
  record Matches(RegularExpression expression) implements Condition {}

  /** How a value stands to an operand. */
  enum Comparison {
    GREATER("$gt", ">"),
    GREATER_OR_EQUAL("$gte", ">="),
    LESS("$lt", "<"),
    LESS_OR_EQUAL("$lte", "<=");

    public final String operator;
    public final String sign;

    Comparison(String operator, String sign) {
      this.operator = operator;
      this.sign = sign;
    }

    /** Whether a value equal to the operand meets it. */
    public boolean orEqual() {
      return this == GREATER_OR_EQUAL || this == LESS_OR_EQUAL;
    }
  }
}
