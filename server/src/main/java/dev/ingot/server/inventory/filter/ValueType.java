package dev.ingot.server.inventory.filter;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.problem.Problem;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What {@code $type} tells apart. JSON has one kind of number: {@code int} and {@code long} are the
 * whole ones, {@code double} and {@code decimal} are all.
 */
public enum ValueType {
  NUMBER,
  WHOLE_NUMBER,
  STRING,
  OBJECT,
  ARRAY,
  BOOLEAN,
  NULL;

  private static final Map<String, ValueType> BY_NAME =
      Map.ofEntries(
          Map.entry("number", NUMBER),
          Map.entry("double", NUMBER),
          Map.entry("decimal", NUMBER),
          Map.entry("int", WHOLE_NUMBER),
          Map.entry("long", WHOLE_NUMBER),
          Map.entry("string", STRING),
          Map.entry("object", OBJECT),
          Map.entry("array", ARRAY),
          Map.entry("bool", BOOLEAN),
          Map.entry("null", NULL));

  private static final Map<Integer, ValueType> BY_CODE =
      Map.of(
          1,
          NUMBER,
          2,
          STRING,
          3,
          OBJECT,
          4,
          ARRAY,
          8,
          BOOLEAN,
          10,
          NULL,
          16,
          WHOLE_NUMBER,
          18,
          WHOLE_NUMBER,
          19,
          NUMBER);

  /** Types of BSON that no JSON document has: known, and met by nothing. */
  private static final Set<String> OF_BSON_ALONE =
      Set.of(
          "binData",
          "undefined",
          "objectId",
          "date",
          "regex",
          "dbPointer",
          "javascript",
          "symbol",
          "javascriptWithScope",
          "timestamp",
          "minKey",
          "maxKey");

  private static final Set<Integer> CODES_OF_BSON_ALONE =
      Set.of(-1, 5, 6, 7, 9, 11, 12, 13, 14, 15, 17, 127);

  /** Reads the operand of a {@code $type}: a name, a number of BSON's, or a list of them. */
  static Set<ValueType> read(JsonNode operand, String field) {
    Set<ValueType> types = EnumSet.noneOf(ValueType.class);
    if (operand.isArray() && !operand.isEmpty() && operand.size() <= 30) {
      int place = 0;
      for (JsonNode one : operand) {
        add(types, one, field + "." + place++);
      }
    } else {
      add(types, operand, field);
    }
    return types;
  }

  private static void add(Set<ValueType> types, JsonNode operand, String field) {
    if (operand.isString()) {
      String name = operand.stringValue();
      ValueType type = BY_NAME.get(name);
      if (type != null) {
        types.add(type);
      } else if (!OF_BSON_ALONE.contains(name)) {
        Set<String> known = new TreeSet<>(BY_NAME.keySet());
        String nearest = name.length() > 40 ? null : Nearest.of(name, List.copyOf(known));
        throw Problem.invalid(
            field,
            nearest == null
                ? "unknown type; known are " + Problem.oneOf(List.copyOf(known))
                : "unknown type " + name + "; the nearest known is " + nearest);
      }
    } else if (operand.isNumber()) {
      int number = operand.isIntegralNumber() && operand.canConvertToInt() ? operand.intValue() : 0;
      ValueType type = BY_CODE.get(number);
      if (type == null && !CODES_OF_BSON_ALONE.contains(number)) {
        throw Problem.invalid(field, "no type of BSON has this number; 2 is a string, 4 an array");
      }
      if (type != null) {
        types.add(type);
      }
    } else {
      throw Problem.invalid(
          field, "$type needs the name of a type, e.g. \"string\", or a list of names");
    }
  }
}
