package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.nodes.TextArray;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Fields that stand beside the document: {@code node.…}, and {@code mercury_id}, the node's id. */
final class NodeField {
  private static final String PREFIX = "node";
  private static final String MERCURY_ID = "mercury_id";

  private NodeField() {}

  static boolean is(FieldPath path) {
    return NodeAttribute.ROOTS.contains(path.first());
  }

  static boolean isId(FieldPath path) {
    List<String> keys = path.keys();
    return keys.equals(List.of(MERCURY_ID)) || keys.equals(List.of(PREFIX, "id"));
  }

  /** A condition that every match of a filter on an attribute meets, and that an index serves. */
  static Optional<Sql> indexed(Filter filter) {
    if (!(filter instanceof Filter.Field(FieldPath path, Condition condition))) {
      return Optional.empty();
    }
    List<JsonNode> operands =
        switch (condition) {
          case Condition.Equal(JsonNode operand) -> List.of(operand);
          case Condition.In(List<JsonNode> several) -> several;
          default -> List.of();
        };
    if (operands.isEmpty() || !operands.stream().allMatch(JsonNode::isString)) {
      return Optional.empty();
    }
    return NodeAttribute.ALL.stream()
        .filter(attribute -> attribute.index() != null && attribute.path().equals(path.toString()))
        .map(
            attribute ->
                new Sql(
                    String.valueOf(attribute.index()),
                    new TextArray(operands.stream().map(JsonNode::stringValue).toList())))
        .findFirst();
  }
}
