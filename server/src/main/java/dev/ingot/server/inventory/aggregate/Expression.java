package dev.ingot.server.inventory.aggregate;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** What is worked out from a document: a value, or a missing node. */
sealed interface Expression {
  JsonNode of(JsonNode document);

  /** {@code "$a.b"}; no keys is the document itself. */
  record Path(List<String> keys) implements Expression {
    public Path {
      keys = List.copyOf(keys);
    }

    @Override
    public JsonNode of(JsonNode document) {
      return keys.isEmpty() ? document : at(document, 0);
    }

    /**
     * As in MongoDB an array on the way becomes the array of what is found in its objects; arrays
     * in arrays are not looked into, and digits are no index.
     */
    private JsonNode at(JsonNode object, int depth) {
      JsonNode value = object.path(keys.get(depth));
      if (depth == keys.size() - 1) {
        return value;
      }
      if (value.isObject()) {
        return at(value, depth + 1);
      }
      if (!value.isArray()) {
        return MissingNode.getInstance();
      }
      ArrayNode found = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : value) {
        JsonNode below = element.isObject() ? at(element, depth + 1) : MissingNode.getInstance();
        if (!below.isMissingNode()) {
          found.add(below);
        }
      }
      return found;
    }
  }

  /** A value as it stands. */
  record Literal(JsonNode value) implements Expression {
    @Override
    public JsonNode of(JsonNode document) {
      return value;
    }
  }

  /** An object of expressions, without those that are missing. */
  record ObjectOf(Map<String, Expression> fields) implements Expression {
    @Override
    public JsonNode of(JsonNode document) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      fields.forEach(
          (name, field) -> {
            JsonNode value = field.of(document);
            if (!value.isMissingNode()) {
              object.set(name, value);
            }
          });
      return object;
    }
  }

  /** An array of expressions, null for those that are missing. */
  record ArrayOf(List<Expression> elements) implements Expression {
    public ArrayOf {
      elements = List.copyOf(elements);
    }

    @Override
    public JsonNode of(JsonNode document) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      for (Expression element : elements) {
        JsonNode value = element.of(document);
        array.add(value.isMissingNode() ? NullNode.getInstance() : value);
      }
      return array;
    }
  }

  /**
   * An operator and what it is applied to.
   *
   * @param field where it stands, for problems
   */
  record Call(Operator operator, List<Expression> arguments, String field) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public JsonNode of(JsonNode document) {
      return operator.apply(
          arguments.stream().map(argument -> argument.of(document)).toList(), field);
    }
  }
}
