package dev.ingot.server.inventory.facet;

import dev.ingot.server.inventory.filter.FieldPath;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Whether the numbers, strings and booleans at a path are all that there is to say of it. */
final class Completeness {
  private boolean valued;
  private boolean lacking;
  private boolean other;

  boolean of(JsonNode document, FieldPath path) {
    walk(document, path.keys());
    return !other && !(valued && lacking);
  }

  private void walk(JsonNode value, List<String> keys) {
    if (keys.isEmpty()) {
      leaf(value);
    } else if (value.isObject()) {
      JsonNode below = value.get(keys.getFirst());
      if (below == null) {
        lacking = true;
      } else {
        walk(below, keys.subList(1, keys.size()));
      }
    } else if (value.isArray()) {
      for (JsonNode element : value) {
        if (element.isObject()) {
          walk(element, keys);
        }
      }
    } else {
      lacking = true;
    }
  }

  private void leaf(JsonNode value) {
    if (value.isArray() && !value.isEmpty()) {
      value.forEach(this::element);
    } else {
      element(value);
    }
  }

  private void element(JsonNode value) {
    if (value.isNull() || value.isContainer()) {
      other = true;
    } else {
      valued = true;
    }
  }
}
