package dev.ingot.server.inventory.filter;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a value must be. */
public sealed interface Condition {
  /**
   * Equal in type and value; numbers by value, objects without regard to the order of keys. Null is
   * also met by a field that is not there.
   */
  record Equal(JsonNode operand) implements Condition {}

  /** Before or after an operand of the same type: a number, a string, a boolean or null. */
  record Compare(Comparison comparison, JsonNode operand) implements Condition {}

  /** Equal to one of the operands. */
  record In(List<JsonNode> operands) implements Condition {
    public In {
      operands = List.copyOf(operands);
    }
  }

  /** The field is there, with null too. */
  record Exists() implements Condition {}

  /** Of one of the types. */
  record OfType(Set<ValueType> types) implements Condition {
    public OfType {
      types = Set.copyOf(types);
    }
  }

  /** A string in which the expression is found. */
  record Matches(RegularExpression expression) implements Condition {}

  /** A number that, its fraction cut off, leaves the remainder when divided. */
  record Remainder(long divisor, long remainder) implements Condition {}

  /** An array of so many elements. */
  record Size(int elements) implements Condition {}

  /**
   * An array with an element that matches.
   *
   * @param ofObjects whether the element must be an object, whose fields the filter asks for; if
   *     not, the filter asks for the element itself, {@link FieldPath#ITSELF}, and an element that
   *     is an array is not looked into
   */
  record Element(boolean ofObjects, Filter filter) implements Condition {}

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
