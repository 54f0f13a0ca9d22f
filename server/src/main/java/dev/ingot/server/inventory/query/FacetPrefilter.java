package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import java.util.List;
import java.util.Optional;

/**
 * What the facet can say of a filter on the document beforehand: a test that every match passes.
 */
final class FacetPrefilter {
  private final Facets facets;
  private final FieldPath array;

  private FacetPrefilter(Facets facets, FieldPath array) {
    this.facets = facets;
    this.array = array;
  }

  /** A jsonpath predicate over the facet, or nothing if a match may have any facet. */
  static Optional<String> of(Filter filter, Facets facets) {
    return new FacetPrefilter(facets, FieldPath.ITSELF).of(filter);
  }

  private Optional<String> of(Filter filter) {
    return switch (filter) {
      case Filter.And and -> {
        List<String> tests = and.parts().stream().flatMap(part -> of(part).stream()).toList();
        yield tests.isEmpty() ? Optional.empty() : Optional.of(JsonPath.all(tests));
      }
      case Filter.Or or -> {
        List<String> tests = or.parts().stream().flatMap(part -> of(part).stream()).toList();
        yield tests.size() < or.parts().size()
            ? Optional.empty()
            : Optional.of(JsonPath.any(tests));
      }
      case Filter.Not _ -> Optional.empty();
      case Filter.Field(FieldPath path, Condition.Element element) ->
          new FacetPrefilter(facets, array.then(path)).of(element.filter());
      case Filter.Field field -> of(array.then(field.path()).withoutIndexes(), field.condition());
    };
  }

  private Optional<String> of(FieldPath declared, Condition condition) {
    if (!SqlFilter.onScalars(condition) || !facets.covers(declared)) {
      return Optional.empty();
    }
    String key = declared.toString();
    String test = JsonPathValue.meets("@", condition);
    return Optional.of(
        JsonPath.any(
            List.of(
                "exists($%s ? (%s))".formatted(JsonPath.key(key), test),
                "exists($%s ? (%s))".formatted(JsonPath.key(key + Facets.BY_INDEX), test))));
  }
}
