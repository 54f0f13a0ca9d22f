package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.Filter;
import tools.jackson.databind.JsonNode;

/** Whether a filter matches a node that has no document: every field is missing. */
public final class MissingDocument {
  private MissingDocument() {}

  public static boolean matches(Filter filter) {
    return switch (filter) {
      case Filter.And and -> and.parts().stream().allMatch(MissingDocument::matches);
      case Filter.Or or -> or.parts().stream().anyMatch(MissingDocument::matches);
      case Filter.Not negated -> !matches(negated.part());
      case Filter.Field field -> meets(field.condition());
    };
  }

  private static boolean meets(Condition condition) {
    return switch (condition) {
      case Condition.Equal(JsonNode operand) -> operand.isNull();
      case Condition.In(var operands) -> operands.stream().anyMatch(JsonNode::isNull);
      case Condition.Compare(var comparison, JsonNode operand) ->
          operand.isNull() && comparison.orEqual();
      case Condition.Exists _,
          Condition.OfType _,
          Condition.Matches _,
          Condition.Remainder _,
          Condition.Size _,
          Condition.Element _ ->
          false;
    };
  }
}
