package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the facet can say of a filter on the document beforehand: a test that every match passes.
 */
final class FacetPrefilter {
  private FacetPrefilter() {}

  /** A jsonpath predicate over the facet, or nothing if a match may have any facet. */
  static Optional<String> of(Filter filter, Facets facets) {
    return switch (filter) {
      case Filter.And and -> {
        List<String> tests =
            and.parts().stream().flatMap(part -> of(part, facets).stream()).toList();
        yield tests.isEmpty() ? Optional.empty() : Optional.of(JsonPath.all(tests));
      }
      case Filter.Or or -> {
        List<String> tests =
            or.parts().stream().flatMap(part -> of(part, facets).stream()).toList();
        yield tests.size() < or.parts().size()
            ? Optional.empty()
            : Optional.of(JsonPath.any(tests));
      }
      case Filter.Not _ -> Optional.empty();
      case Filter.Field field -> of(field, facets);
    };
  }

  private static Optional<String> of(Filter.Field field, Facets facets) {
    FieldPath declared = field.path().withoutIndexes();
    List<JsonNode> operands =
        switch (field.condition()) {
          case Condition.Equal(JsonNode operand) -> List.of(operand);
          case Condition.In(List<JsonNode> several) -> several;
          case Condition.Compare _, Condition.Exists _, Condition.Matches _ -> List.of();
        };
    if (operands.isEmpty()
        || !operands.stream().allMatch(SqlFilter::isFacetValue)
        || declared.keys().isEmpty()
        || !facets.covers(declared)) {
      return Optional.empty();
    }
    String same =
        operands.stream()
            .map(operand -> "@ == " + JsonPath.literal(operand))
            .reduce((left, right) -> left + " || " + right)
            .orElseThrow();
    String key = declared.toString();
    return Optional.of(
        JsonPath.any(
            List.of(
                "exists($%s ? (%s))".formatted(JsonPath.key(key), same),
                "exists($%s ? (%s))".formatted(JsonPath.key(key + Facets.BY_INDEX), same))));
  }
}
