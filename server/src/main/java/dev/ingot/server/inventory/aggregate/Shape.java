package dev.ingot.server.inventory.aggregate;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** What a {@code $project} makes of a document: its own tree, and whether it keeps or drops. */
record Shape(Branch root, boolean including) {
  /** What becomes of a field. */
  sealed interface Part {}

  /** It is kept, or dropped, with everything below. */
  enum Leaf implements Part {
    HERE
  }

  /** It is worked out anew. */
  record Computed(Expression expression) implements Part {}

  /** Fields below. */
  record Branch(Map<String, Part> parts) implements Part {
    Branch() {
      this(new LinkedHashMap<>());
    }

    boolean computes() {
      return parts.values().stream()
          .anyMatch(
              part ->
                  part instanceof Computed || (part instanceof Branch below && below.computes()));
    }
  }

  ObjectNode of(ObjectNode document) {
    if (!including) {
      return excluded(document, root);
    }
    ObjectNode kept = included(document, root);
    if (root.computes()) {
      compute(kept, root, document);
    }
    return kept;
  }

  private static ObjectNode included(JsonNode object, Branch branch) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    object.forEachEntry(
        (name, value) -> {
          switch (branch.parts.get(name)) {
            case Leaf _ -> kept.set(name, value);
            case Branch below -> {
              JsonNode found = includedValue(value, below);
              if (!found.isMissingNode()) {
                kept.set(name, found);
              }
            }
            case Computed _ -> {}
            case null -> {}
          }
        });
    return kept;
  }

  private static JsonNode includedValue(JsonNode value, Branch branch) {
    if (value.isObject()) {
      return included(value, branch);
    }
    if (!value.isArray()) {
      return MissingNode.getInstance();
    }
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (JsonNode element : value) {
      JsonNode found = includedValue(element, branch);
      if (!found.isMissingNode()) {
        kept.add(found);
      } else if (branch.computes()) {
        kept.addObject(); // it receives what is worked out
      }
    }
    return kept;
  }

  /** Puts what is worked out of the document into what is kept, which is ours. */
  private static void compute(ObjectNode kept, Branch branch, ObjectNode document) {
    branch.parts.forEach(
        (name, part) -> {
          if (part instanceof Computed(Expression expression)) {
            JsonNode value = expression.of(document);
            if (!value.isMissingNode()) {
              kept.set(name, value);
            }
          } else if (part instanceof Branch below && below.computes()) {
            kept.set(name, computedBelow(kept.path(name), below, document));
          }
        });
  }

  /** In an array each element receives the fields; what is no container gives way to an object. */
  private static JsonNode computedBelow(JsonNode value, Branch branch, ObjectNode document) {
    if (value instanceof ArrayNode array) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      array.forEach(element -> kept.add(computedBelow(element, branch, document)));
      return kept;
    }
    ObjectNode object =
        value instanceof ObjectNode known ? known : JsonNodeFactory.instance.objectNode();
    compute(object, branch, document);
    return object;
  }

  private static ObjectNode excluded(JsonNode object, Branch branch) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    object.forEachEntry(
        (name, value) -> {
          Part part = branch.parts.get(name);
          if (part == null) {
            kept.set(name, value);
          } else if (part instanceof Branch below) {
            kept.set(name, excludedValue(value, below));
          }
        });
    return kept;
  }

  private static JsonNode excludedValue(JsonNode value, Branch branch) {
    if (value.isObject()) {
      return excluded(value, branch);
    }
    if (!value.isArray()) {
      return value;
    }
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    value.forEach(element -> kept.add(excludedValue(element, branch)));
    return kept;
  }
}
