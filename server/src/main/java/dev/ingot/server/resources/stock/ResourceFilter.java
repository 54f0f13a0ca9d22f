package dev.ingot.server.resources.stock;

import dev.ingot.server.inventory.filter.Condition.Equal;
import dev.ingot.server.inventory.filter.Condition.In;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.inventory.filter.FilterPaths;
import dev.ingot.server.inventory.query.JsonPathFilter;
import dev.ingot.server.inventory.query.MissingDocument;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A filter in the inventory's language over resources of one kind. Paths that begin with a field of
 * the resource are asked of it; for machines all others of the inventory of their node, {@code
 * node.…} and sections alike. A machine without a node has no inventory: every field is missing.
 */
public final class ResourceFilter {
  private static final Set<String> COMPUTED =
      Set.of("id", "state", "owner", "free", "claim", "network", "pool", "created", "updated");

  private static final String TIME =
      "to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";

  private final Queries queries;
  private final Kind kind;
  private final String field;
  private final Set<String> own;

  private ResourceFilter(Queries queries, Kind kind, String field) {
    this.queries = queries;
    this.kind = kind;
    this.field = field;
    this.own = new HashSet<>(COMPUTED);
    own.add(kind.key());
    own.addAll(kind.fields());
  }

  /**
   * Reads a filter.
   *
   * @param field where it was sent, for problems
   */
  public static Condition of(Queries queries, Kind kind, JsonNode json, String field) {
    if (json.isObject() && json.isEmpty()) {
      return Condition.TRUE;
    }
    Filter filter = FilterParser.parse(json, field);
    return new ResourceFilter(queries, kind, field).compile(filter);
  }

  private Condition compile(Filter filter) {
    Set<FieldPath> paths = FilterPaths.of(filter);
    boolean anyOwn = paths.stream().anyMatch(this::isOwn);
    boolean anyOther = paths.stream().anyMatch(path -> !isOwn(path));
    if (!anyOther) {
      return ofResource(filter, paths);
    }
    if (!anyOwn) {
      return ofNode(filter, paths);
    }
    return switch (filter) {
      case Filter.And(List<Filter> parts) -> Condition.joined(compiled(parts), "AND");
      case Filter.Or(List<Filter> parts) -> Condition.joined(compiled(parts), "OR");
      case Filter.Not(Filter part) -> {
        Condition inner = compile(part);
        yield new Condition("NOT " + inner.text(), inner.parameters());
      }
      case Filter.Field each -> throw new IllegalStateException("one path, two sources: " + each);
    };
  }

  private List<Condition> compiled(List<Filter> parts) {
    return parts.stream().map(this::compile).toList();
  }

  private boolean isOwn(FieldPath path) {
    return own.contains(path.first());
  }

  private Condition ofResource(Filter filter, Set<FieldPath> paths) {
    return Condition.of(
        "((" + document(paths) + ") @@ ?::jsonpath IS TRUE)", JsonPathFilter.of(filter));
  }

  /** The resource as the filter sees it, with no more of it than is asked for. */
  private String document(Set<FieldPath> paths) {
    Set<String> asked = new LinkedHashSet<>();
    paths.forEach(path -> asked.add(path.first()));
    asked.retainAll(COMPUTED);
    if (asked.isEmpty()) {
      return "r.fields";
    }
    List<String> members = new ArrayList<>();
    for (String name : asked) {
      members.add("'" + name + "', " + computed(name));
    }
    return "r.fields || jsonb_strip_nulls(jsonb_build_object(" + String.join(", ", members) + "))";
  }

  private static String computed(String name) {
    return switch (name) {
      case "free" -> "(r.claimable AND r.owner = '')";
      case "created", "updated" -> TIME.formatted("r." + name);
      case "claim" ->
          "(SELECT jsonb_build_object('id', c.id::text, 'owner', c.owner, 'reason', c.reason,"
              + " 'state', c.state, 'since', "
              + TIME.formatted("c.since")
              + ", 'until', "
              + TIME.formatted("c.until")
              + ") FROM holding h JOIN claim c ON c.id = h.claim WHERE h.resource = r.id)";
      default -> "r." + name;
    };
  }

  private Condition ofNode(Filter filter, Set<FieldPath> paths) {
    if (!kind.node()) {
      FieldPath first = paths.iterator().next();
      throw Problem.invalid(
          field + "." + first,
          "%s have no such field and no inventory; they have %s"
              .formatted(kind.name(), String.join(", ", own.stream().sorted().toList())));
    }
    Filter meant = meant(filter);
    Queries.Selection nodes = queries.select(meant, Set.of());
    String among = "r.node IN (SELECT n.id" + nodes.from() + " WHERE " + nodes.where() + ")";
    // IN is null, not false, for a machine without a node.
    String text =
        MissingDocument.matches(meant)
            ? "(r.node IS NULL OR " + among + ")"
            : "(r.node IS NOT NULL AND " + among + ")";
    return new Condition(text, nodes.parameters());
  }

  /** Racks and units are texts, but people write {@code 7}: a number there means its digits. */
  private static Filter meant(Filter filter) {
    return switch (filter) {
      case Filter.And(List<Filter> parts) ->
          new Filter.And(parts.stream().map(ResourceFilter::meant).toList());
      case Filter.Or(List<Filter> parts) ->
          new Filter.Or(parts.stream().map(ResourceFilter::meant).toList());
      case Filter.Not(Filter part) -> new Filter.Not(meant(part));
      case Filter.Field(FieldPath path, Equal(JsonNode operand)) when isLocation(path) ->
          new Filter.Field(path, new Equal(text(operand)));
      case Filter.Field(FieldPath path, In(List<JsonNode> operands)) when isLocation(path) ->
          new Filter.Field(path, new In(operands.stream().map(ResourceFilter::text).toList()));
      case Filter.Field each -> each;
    };
  }

  private static boolean isLocation(FieldPath path) {
    return path.keys().size() == 3 && path.keys().subList(0, 2).equals(List.of("node", "location"));
  }

  private static JsonNode text(JsonNode operand) {
    return operand.isNumber() ? JsonNodeFactory.instance.stringNode(operand.asString()) : operand;
  }
}
