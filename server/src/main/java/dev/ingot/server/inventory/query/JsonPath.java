package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.FieldPath;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Words of PostgreSQL's jsonpath language, safely quoted. */
final class JsonPath {
  private JsonPath() {}

  /** A string literal. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** An accessor of an object's key. */
  static String key(String name) {
    return "." + quote(name);
  }

  /** A path of keys from the root; arrays on the way are walked into. */
  static String keys(FieldPath path) {
    StringBuilder text = new StringBuilder("$");
    path.keys().forEach(name -> text.append(key(name)));
    return text.toString();
  }

  /** A literal of a number, string, boolean or null. */
  static String literal(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> value.decimalValue().toString();
      case STRING -> quote(value.stringValue());
      case BOOLEAN -> Boolean.toString(value.booleanValue());
      case NULL -> "null";
      default -> throw new IllegalArgumentException("not a scalar: " + value.getNodeType());
    };
  }

  /** The word of {@code .type()} for a value. */
  static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> "number";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NULL -> "null";
      case ARRAY -> "array";
      case OBJECT -> "object";
      default -> throw new IllegalArgumentException("not of JSON: " + value.getNodeType());
    };
  }

  static String hasType(String expression, String type) {
    return expression + ".type() == \"" + type + "\"";
  }

  static String all(List<String> tests) {
    return tests.isEmpty() ? "(1 == 1)" : "(" + String.join(" && ", tests) + ")";
  }

  static String any(List<String> tests) {
    return tests.isEmpty() ? "(1 == 2)" : "(" + String.join(" || ", tests) + ")";
  }

  static String not(String test) {
    return "!(" + test + ")";
  }
}
