package dev.ingot.server.inventory.query;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterPaths;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What served a question, out of PostgreSQL's own account of having run it. {@code served} is
 * {@code index} (declared paths), {@code id} (a key), {@code scan} (every document is looked at).
 */
final class Explanation {
  private static final String FACET_INDEX = "inventory_facet";
  private static final String ORDERED = "inventory_ordered_";
  private static final String FACET = "i.facet @@ ";
  private static final String DOCUMENT = "i.doc @@ ";

  private final Set<String> indexes = new LinkedHashSet<>();
  private final List<String> plan = new ArrayList<>();
  private boolean scans;
  private long removed;

  private Explanation() {}

  static ObjectNode of(Filter filter, Sql condition, Facets facets, String account) {
    JsonNode run = Json.read(account).path(0);
    Explanation read = new Explanation();
    read.node(run.path("Plan"), 0);
    ObjectNode explain = JsonNodeFactory.instance.objectNode();
    explain.put("served", read.served());
    texts(explain.putArray("indexes"), read.indexes);
    List<String> declared = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (FieldPath path : FilterPaths.of(filter)) {
      boolean known = NodeField.is(path) || facets.covers(path.withoutIndexes());
      (known ? declared : others).add(path.toString());
    }
    texts(explain.putArray("declared"), declared);
    texts(explain.putArray("undeclared"), others);
    texts(explain.putArray("prefilter"), asked(condition, FACET));
    texts(explain.putArray("exact"), asked(condition, DOCUMENT));
    JsonNode top = run.path("Plan");
    explain.put("estimatedRows", top.path("Plan Rows").longValue(0));
    explain.put("rows", (long) top.path("Actual Rows").doubleValue(0));
    explain.put("rowsLookedAtInVain", read.removed);
    explain.put("planningMilliseconds", run.path("Planning Time").doubleValue(0));
    explain.put("milliseconds", run.path("Execution Time").doubleValue(0));
    texts(explain.putArray("plan"), read.plan);
    return explain;
  }

  private static void texts(ArrayNode array, Iterable<String> texts) {
    texts.forEach(array::add);
  }

  /** What is asked of a column: the parameters that follow its name. */
  private static List<String> asked(Sql condition, String column) {
    List<String> asked = new ArrayList<>();
    String[] pieces = condition.text().split("\\?", -1);
    for (int i = 0; i < pieces.length - 1; i++) {
      if (pieces[i].endsWith(column)) {
        asked.add(String.valueOf(condition.parameters().get(i)));
      }
    }
    return asked;
  }

  private String served() {
    boolean declared =
        indexes.stream().anyMatch(name -> name.equals(FACET_INDEX) || name.startsWith(ORDERED));
    return declared ? "index" : scans ? "scan" : "id";
  }

  private void node(JsonNode node, int depth) {
    if (node.path("Actual Loops").doubleValue(1) == 0) {
      return; // planned, and not needed
    }
    String index = node.path("Index Name").asString("");
    String relation = node.path("Relation Name").asString("");
    long vain =
        (long)
            (node.path("Rows Removed by Filter").doubleValue(0)
                + node.path("Rows Removed by Index Recheck").doubleValue(0));
    if (!index.isEmpty() && node.has("Index Cond")) {
      indexes.add(index);
    }
    // An index that is walked from end to end, for its order, is a scan too.
    boolean whole =
        !node.has("Index Cond") && !node.path("Node Type").asString("").contains("Bitmap");
    scans |= whole && (relation.equals("inventory") || relation.equals("node"));
    removed += vain;
    plan.add(
        "%s%s%s%s, %d of %d rows expected"
            .formatted(
                "  ".repeat(depth),
                node.path("Node Type").asString(""),
                relation.isEmpty() ? "" : " on " + relation,
                index.isEmpty() ? "" : " by " + index,
                (long) node.path("Actual Rows").doubleValue(0),
                node.path("Plan Rows").longValue(0)));
    node.path("Plans").forEach(below -> node(below, depth + 1));
  }
}
