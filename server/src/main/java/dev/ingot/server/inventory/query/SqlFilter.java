package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.ValueType;
import dev.ingot.server.nodes.TextArray;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A filter as a condition over the columns {@code n.id}, {@code i.doc}, {@code i.facet} and {@code
 * a.attributes}. What the facet answers is asked of the facet alone; the rest is asked of the
 * document, behind what the facet can say of it beforehand.
 */
final class SqlFilter {
  /** What a part of a filter is asked of, cheapest first. */
  private enum Source {
    ID,
    FACET,
    ATTRIBUTES,
    DOCUMENT,
    MIXED
  }

  private static final Set<ValueType> OF_SCALARS =
      Set.of(ValueType.NUMBER, ValueType.WHOLE_NUMBER, ValueType.STRING, ValueType.BOOLEAN);

  private final Facets facets;
  private final JsonPathFilter ofDocument = new JsonPathFilter(path -> path);
  private final JsonPathFilter ofFacet =
      new JsonPathFilter(path -> new FieldPath(List.of(path.toString())));

  SqlFilter(Facets facets) {
    this.facets = facets;
  }

  Sql of(Filter filter) {
    return filter instanceof Filter.And(List<Filter> parts)
        ? conjunction(parts.stream().flatMap(SqlFilter::flat).toList())
        : one(filter);
  }

  /** What all must match, however it was nested: an index serves each by itself. */
  private static Stream<Filter> flat(Filter filter) {
    return filter instanceof Filter.And(List<Filter> parts)
        ? parts.stream().flatMap(SqlFilter::flat)
        : Stream.of(filter);
  }

  /** At the top a facet's condition stands bare, so that the index can serve it. */
  private Sql conjunction(List<Filter> parts) {
    List<Sql> conditions = new ArrayList<>();
    grouped(parts)
        .forEach(
            (source, group) -> {
              if (source == Source.ID) { // each is a condition of its own
                group.forEach(part -> conditions.add(test(source, part)));
              } else {
                group.forEach(part -> NodeField.indexed(part).ifPresent(conditions::add));
                conditions.addAll(OrderedPrefilter.of(group, facets));
                conditions.add(top(source, new Filter.And(group)));
              }
            });
    return Sql.all(conditions);
  }

  private Sql one(Filter filter) {
    List<Sql> conditions = new ArrayList<>();
    NodeField.indexed(filter).ifPresent(conditions::add);
    conditions.addAll(OrderedPrefilter.of(List.of(filter), facets));
    conditions.add(top(source(filter), filter));
    return Sql.all(conditions);
  }

  private Sql top(Source source, Filter filter) {
    if (MissingDocument.matches(filter)) {
      return test(source, filter);
    }
    return switch (source) {
      case FACET -> new Sql("i.facet @@ ?::jsonpath", ofFacet.test(filter));
      case DOCUMENT -> {
        Sql exact = new Sql("i.doc @@ ?::jsonpath", ofDocument.test(filter));
        yield FacetPrefilter.of(filter, facets)
            .map(superset -> Sql.all(List.of(new Sql("i.facet @@ ?::jsonpath", superset), exact)))
            .orElse(exact);
      }
      case ID, ATTRIBUTES, MIXED -> test(source, filter);
    };
  }

  private Sql test(Source source, Filter filter) {
    String known = MissingDocument.matches(filter) ? "is not false" : "is true";
    return switch (source) {
      case ID -> id((Filter.Field) filter);
      case FACET -> new Sql("(i.facet @@ ?::jsonpath) " + known, ofFacet.test(filter));
      case DOCUMENT -> new Sql("(i.doc @@ ?::jsonpath) " + known, ofDocument.test(filter));
      case ATTRIBUTES -> new Sql("(a.attributes @@ ?::jsonpath) is true", ofDocument.test(filter));
      case MIXED ->
          switch (filter) {
            case Filter.And(List<Filter> parts) -> Sql.all(tests(parts, true));
            case Filter.Or(List<Filter> parts) -> Sql.any(tests(parts, false));
            case Filter.Not(Filter part) -> Sql.not(test(source(part), part));
            case Filter.Field field ->
                throw new IllegalStateException("a field has one source: " + field);
          };
    };
  }

  private List<Sql> tests(List<Filter> parts, boolean all) {
    List<Sql> tests = new ArrayList<>();
    grouped(parts)
        .forEach(
            (source, group) -> {
              if (source == Source.MIXED || source == Source.ID) {
                group.forEach(part -> tests.add(test(source, part)));
              } else {
                tests.add(test(source, all ? new Filter.And(group) : new Filter.Or(group)));
              }
            });
    return tests;
  }

  private Map<Source, List<Filter>> grouped(List<Filter> parts) {
    Map<Source, List<Filter>> grouped = new EnumMap<>(Source.class);
    for (Filter part : parts) {
      grouped.computeIfAbsent(source(part), _ -> new ArrayList<>()).add(part);
    }
    return grouped;
  }

  private Source source(Filter filter) {
    return switch (filter) {
      case Filter.Field field -> source(field);
      case Filter.Not(Filter part) -> {
        Source below = source(part);
        yield below == Source.ID ? Source.MIXED : below;
      }
      case Filter.And(List<Filter> parts) -> source(parts);
      case Filter.Or(List<Filter> parts) -> source(parts);
    };
  }

  private Source source(List<Filter> parts) {
    List<Source> sources = parts.stream().map(this::source).distinct().toList();
    if (sources.isEmpty()) {
      return Source.ATTRIBUTES;
    }
    boolean same = sources.size() == 1 && sources.getFirst() != Source.ID;
    boolean ofDocument =
        sources.stream().allMatch(source -> source == Source.FACET || source == Source.DOCUMENT);
    return same ? sources.getFirst() : ofDocument ? Source.DOCUMENT : Source.MIXED;
  }

  private Source source(Filter.Field field) {
    if (NodeField.isId(field.path()) && identifiers(field.condition()) != null) {
      return Source.ID;
    }
    if (NodeField.is(field.path())) {
      return Source.ATTRIBUTES;
    }
    return facets.covers(field.path()) && onScalars(field.condition())
        ? Source.FACET
        : Source.DOCUMENT;
  }

  /** Whether only numbers, strings and booleans can meet the condition: all that a facet has. */
  static boolean onScalars(Condition condition) {
    return switch (condition) {
      case Condition.Equal(JsonNode operand) -> isFacetValue(operand);
      case Condition.Compare(var _, JsonNode operand) -> isFacetValue(operand);
      case Condition.In(List<JsonNode> operands) ->
          operands.stream().allMatch(SqlFilter::isFacetValue);
      case Condition.OfType(var types) -> OF_SCALARS.containsAll(types);
      case Condition.Matches _, Condition.Remainder _ -> true;
      case Condition.Exists _, Condition.Size _, Condition.Element _ -> false;
    };
  }

  static boolean isFacetValue(JsonNode operand) {
    return !operand.isContainer() && !operand.isNull();
  }

  private static Sql id(Filter.Field field) {
    List<JsonNode> identifiers = identifiers(field.condition());
    if (identifiers == null) {
      throw new IllegalStateException("not a condition on the id: " + field);
    }
    return new Sql(
        "n.id = any(?)",
        new TextArray(
            identifiers.stream().filter(JsonNode::isString).map(JsonNode::stringValue).toList()));
  }

  private static @Nullable List<JsonNode> identifiers(Condition condition) {
    return switch (condition) {
      case Condition.Equal(JsonNode operand) -> List.of(operand);
      case Condition.In(List<JsonNode> operands) -> operands;
      case Condition.Compare _,
          Condition.Exists _,
          Condition.OfType _,
          Condition.Matches _,
          Condition.Remainder _,
          Condition.Size _,
          Condition.Element _ ->
          null;
    };
  }
}
