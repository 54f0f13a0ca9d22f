package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.query.Projection.Branch;
import dev.ingot.server.inventory.query.Projection.Element;
import dev.ingot.server.inventory.query.Projection.Part;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Of each array that a projection's {@code $elemMatch} reaches, the first element that matches. */
final class FirstElements {
  private final Map<Element, List<ArrayNode>> arrays = new IdentityHashMap<>();
  private final Map<Element, Map<JsonNode, ArrayNode>> found = new IdentityHashMap<>();

  private FirstElements() {}

  /** Asks once for each {@code $elemMatch}, about all documents. */
  static FirstElements of(
      Branch root, List<JsonNode> documents, Projection.ElementMatches matches) {
    FirstElements first = new FirstElements();
    documents.forEach(document -> first.collect(document, root));
    first.arrays.forEach((element, reached) -> first.ask(element, reached, matches));
    return first;
  }

  private void collect(JsonNode value, Branch branch) {
    if (value.isArray()) {
      value.forEach(element -> collect(element, branch));
    } else if (value.isObject()) {
      branch
          .children()
          .forEach(
              (key, part) -> {
                JsonNode below = value.get(key);
                if (below != null) {
                  collect(below, part);
                }
              });
    }
  }

  private void collect(JsonNode value, Part part) {
    switch (part) {
      case Branch child -> collect(value, child);
      case Element element -> {
        if (value instanceof ArrayNode array) {
          arrays.computeIfAbsent(element, _ -> new ArrayList<>()).add(array);
        }
      }
      case Projection.Whole _, Projection.Slice _ -> {}
    }
  }

  private void ask(Element element, List<ArrayNode> reached, Projection.ElementMatches matches) {
    List<JsonNode> elements = new ArrayList<>();
    reached.forEach(array -> array.forEach(elements::add));
    List<Boolean> answers = matches.of(element.filter(), elements);
    Map<JsonNode, ArrayNode> first = new IdentityHashMap<>();
    int at = 0;
    for (ArrayNode array : reached) {
      for (JsonNode one : array) {
        if (answers.get(at++) && !first.containsKey(array)) {
          first.put(array, JsonNodeFactory.instance.arrayNode().add(one));
        }
      }
    }
    found.put(element, first);
  }

  /** An array of the first element that matches; null if none does, or the value is no array. */
  @Nullable ArrayNode of(Element element, JsonNode value) {
    Map<JsonNode, ArrayNode> first = found.get(element);
    return first == null ? null : first.get(value);
  }
}
