package dev.ingot.server.inventory.aggregate;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * How MongoDB orders values of any types: undefined (a missing node), null, numbers, strings,
 * objects, arrays, booleans. Texts go by code point, as UTF-8 bytes do. MongoDB's manual,
 * "Comparison/Sort Order".
 */
final class ValueOrder implements Comparator<JsonNode> {
  static final ValueOrder INSTANCE = new ValueOrder();

  private ValueOrder() {}

  @Override
  public int compare(JsonNode left, JsonNode right) {
    int ranks = Integer.compare(rank(left), rank(right));
    if (ranks != 0) {
      return ranks;
    }
    return switch (left.getNodeType()) {
      case NUMBER -> numbers(left, right);
      case STRING -> texts(left.stringValue(), right.stringValue());
      case BOOLEAN -> Boolean.compare(left.booleanValue(), right.booleanValue());
      case ARRAY -> arrays(left, right);
      case OBJECT -> objects(left, right);
      default -> 0;
    };
  }

  static int rank(JsonNode value) {
    return switch (value.getNodeType()) {
      case MISSING -> 0;
      case NULL -> 1;
      case NUMBER -> 2;
      case STRING -> 3;
      case OBJECT -> 4;
      case ARRAY -> 5;
      default -> 6;
    };
  }

  private static int numbers(JsonNode left, JsonNode right) {
    return left.isIntegralNumber()
            && right.isIntegralNumber()
            && left.canConvertToLong()
            && right.canConvertToLong()
        ? Long.compare(left.longValue(), right.longValue())
        : left.decimalValue().compareTo(right.decimalValue());
  }

  /** By code point: UTF-16 puts surrogates before the last characters of the first plane. */
  static int texts(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean beyond = Character.isSurrogate(a);
        return beyond == Character.isSurrogate(b) ? Character.compare(a, b) : beyond ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  private int arrays(JsonNode left, JsonNode right) {
    int length = Math.min(left.size(), right.size());
    for (int i = 0; i < length; i++) {
      int order = compare(left.path(i), right.path(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  /** Field by field: the values' types, then the names, then the values. */
  private int objects(JsonNode left, JsonNode right) {
    Iterator<Map.Entry<String, JsonNode>> others = right.properties().iterator();
    for (Map.Entry<String, JsonNode> field : left.properties()) {
      if (!others.hasNext()) {
        return 1;
      }
      Map.Entry<String, JsonNode> other = others.next();
      int order = Integer.compare(rank(field.getValue()), rank(other.getValue()));
      order = order != 0 ? order : texts(field.getKey(), other.getKey());
      order = order != 0 ? order : compare(field.getValue(), other.getValue());
      if (order != 0) {
        return order;
      }
    }
    return others.hasNext() ? -1 : 0;
  }
}
