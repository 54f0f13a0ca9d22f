package dev.ingot.server.inventory.aggregate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A value as a key of a hash map: equal values have equal keys, numbers by value whatever their
 * form, objects whatever the order of their fields.
 */
final class ValueKey {
  private enum Nothing {
    NULL
  }

  private ValueKey() {}

  static Object of(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> value.stringValue();
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> number(value);
      case ARRAY -> {
        List<Object> elements = new ArrayList<>(value.size());
        value.forEach(element -> elements.add(of(element)));
        yield elements;
      }
      case OBJECT -> {
        Map<String, Object> fields = new HashMap<>();
        value.forEachEntry((name, field) -> fields.put(name, of(field)));
        yield fields;
      }
      default -> Nothing.NULL;
    };
  }

  private static Object number(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    BigDecimal exact = value.decimalValue().stripTrailingZeros();
    boolean isLong = exact.scale() <= 0 && exact.precision() - exact.scale() < 19;
    return isLong ? (Object) exact.longValueExact() : exact;
  }
}
