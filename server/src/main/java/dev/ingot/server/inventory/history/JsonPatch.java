package dev.ingot.server.inventory.history;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Does the operations of {@link JsonDifference}: RFC 6902's add, remove and replace. */
final class JsonPatch {
  private JsonPatch() {}

  /**
   * Changes the document.
   *
   * @throws IllegalArgumentException if an operation does not fit
   */
  static void apply(ObjectNode document, JsonNode operations) {
    for (JsonNode operation : operations) {
      apply(
          document,
          operation.path("op").asString(""),
          operation.path("path").asString(""),
          operation.path("value"));
    }
  }

  private static void apply(ObjectNode document, String word, String pointer, JsonNode value) {
    String[] keys = pointer.substring(Math.min(1, pointer.length())).split("/", -1);
    String[] plain =
        Arrays.stream(keys)
            .map(key -> key.replace("~1", "/").replace("~0", "~"))
            .toArray(String[]::new);
    JsonNode parent = document;
    for (int i = 0; i < plain.length - 1; i++) {
      parent = parent.isArray() ? parent.path(index(plain[i], pointer)) : parent.path(plain[i]);
    }
    String last = plain[plain.length - 1];
    boolean fits =
        switch (parent) {
          case ObjectNode object -> member(object, word, last, value);
          case ArrayNode array -> element(array, word, index(last, pointer), value);
          default -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(word + " " + pointer + " does not fit the document");
    }
  }

  private static boolean member(ObjectNode object, String word, String key, JsonNode value) {
    if (word.equals("remove")) {
      return object.remove(key) != null;
    }
    object.set(key, value);
    return true;
  }

  private static boolean element(ArrayNode array, String word, int index, JsonNode value) {
    switch (word) {
      case "add" -> {
        if (index > array.size()) {
          return false;
        }
        array.insert(index, value);
      }
      case "remove" -> {
        return array.remove(index) != null;
      }
      default -> {
        if (index >= array.size()) {
          return false;
        }
        array.set(index, value);
      }
    }
    return true;
  }

  private static int index(String key, String pointer) {
    if (!key.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(pointer + " needs an index instead of " + key);
    }
    return Integer.parseInt(key);
  }
}
