package dev.ingot.server.inventory.views;

import dev.ingot.server.problem.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the items of a view have, as far as its definition says: a column of anything else would
 * always be empty.
 *
 * @param included all that there is, null when anything may be there
 * @param excluded what is certainly not there
 * @param where the field that says so, for problems
 */
record ShownPaths(@Nullable Set<String> included, Set<String> excluded, String where) {
  /** Of a node and of a group: there unless it is excluded. */
  private static final List<String> IDS = List.of("mercury_id", "_id");

  static ShownPaths ofProjection(JsonNode projection) {
    return projected(projection, null, "projection");
  }

  /** What comes out of the last stage. */
  static ShownPaths ofPipeline(JsonNode pipeline) {
    ShownPaths shown = new ShownPaths(null, Set.of(), "pipeline");
    int stages = 0;
    for (JsonNode stage : pipeline) {
      String where = "pipeline." + stages++;
      for (Map.Entry<String, JsonNode> entry : stage.properties()) {
        JsonNode operand = entry.getValue();
        shown =
            switch (entry.getKey()) {
              case "$group" -> new ShownPaths(keys(operand), Set.of(), where + ".$group");
              case "$count" ->
                  new ShownPaths(Set.of(operand.asString("")), Set.of(), where + ".$count");
              case "$project" -> projected(operand, shown.included, where + ".$project");
              default -> shown;
            };
      }
    }
    return shown;
  }

  private static ShownPaths projected(
      JsonNode projection, @Nullable Set<String> before, String where) {
    Set<String> included = new LinkedHashSet<>();
    Set<String> excluded = new LinkedHashSet<>();
    for (Map.Entry<String, JsonNode> entry : projection.properties()) {
      JsonNode value = entry.getValue();
      boolean out = value.isBoolean() ? !value.booleanValue() : value.isNumber() && isZero(value);
      (out ? excluded : included).add(entry.getKey());
    }
    if (included.isEmpty()) {
      Set<String> left = before == null ? null : new LinkedHashSet<>(before);
      if (left != null) {
        left.removeAll(excluded);
      }
      return new ShownPaths(left, excluded, where);
    }
    for (String id : IDS) {
      if (!excluded.contains(id)) {
        included.add(id);
      }
    }
    return new ShownPaths(included, excluded, where);
  }

  private static boolean isZero(JsonNode number) {
    return number.decimalValue().signum() == 0;
  }

  private static Set<String> keys(JsonNode object) {
    return new LinkedHashSet<>(object.propertyNames());
  }

  /** Refuses columns that nothing would ever be in. */
  void check(List<ViewColumn> columns) {
    for (int i = 0; i < columns.size(); i++) {
      String path = withoutIndexes(columns.get(i).path());
      boolean hidden = excluded.stream().anyMatch(out -> isBelow(path, out));
      boolean there =
          included == null
              || included.stream().anyMatch(in -> isBelow(path, in) || isBelow(in, path));
      if (hidden || !there) {
        throw Problem.invalid(
            "columns." + i + ".path",
            path
                + " is not among what "
                + where
                + " leaves"
                + (included == null ? "" : ": " + String.join(", ", new TreeSet<>(included))));
      }
    }
  }

  /** A projection of exactly what the columns show. */
  static JsonNode projection(List<ViewColumn> columns) {
    Set<String> paths = new TreeSet<>();
    columns.forEach(column -> paths.add(withoutIndexes(column.path())));
    ObjectNode projection = JsonNodeFactory.instance.objectNode();
    for (String path : paths) {
      // A path below another that is shown whole says nothing more.
      if (paths.stream().noneMatch(other -> !other.equals(path) && isBelow(path, other))) {
        projection.put(path, 1);
      }
    }
    return projection;
  }

  /** A projection goes through lists by itself. */
  private static String withoutIndexes(String path) {
    return path.replaceAll("\\.\\d+(?=\\.|$)", "");
  }

  private static boolean isBelow(String path, String above) {
    return path.equals(above) || path.startsWith(above + ".");
  }
}
