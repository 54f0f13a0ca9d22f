package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fails when a node has less than the others of its class: of each path the number that stands
 * there, or how many there are in a list, beside the median of the class.
 */
final class CompareStep implements StepType {
  private static final int PEERS = 100;
  private static final List<String> USUAL = List.of("cpu", "mem.total", "os_storage", "interfaces");

  @Override
  public String name() {
    return "compare";
  }

  @Override
  public String summary() {
    return "Fails when the node has less than the others of its class (numbers, and lengths of"
        + " lists, beside the median).";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "",
        "'paths': {'type': 'array', 'maxItems': 20, 'items': {'type': 'string', 'maxLength': 200}},"
            + " 'tolerancePercent': {'type': 'integer', 'minimum': 0, 'maximum': 100},"
            + " 'least': {'type': 'integer', 'minimum': 1, 'description': 'So many others must"
            + " there be, or nothing is compared'}");
  }

  private record Beside(
      String path, @Nullable BigDecimal own, @Nullable BigDecimal median, int peers) {}

  @Override
  public Progress begin(Beginning step) {
    String node = step.node();
    if (node == null) {
      return new Progress.Failed("compare needs a node, and this run has none", null);
    }
    ObjectNode result = Json.MAPPER.createObjectNode();
    String nodeClass =
        step.handle()
            .createQuery("SELECT class FROM node_in_class WHERE node = :node")
            .bind("node", node)
            .mapTo(String.class)
            .findOne()
            .orElse(null);
    if (nodeClass == null) {
      return new Progress.Succeeded(
          result.put("compared", false).put("why", "the node is of no class"));
    }
    result.put("class", nodeClass);
    int least = step.options().path("least").asInt(1);
    int tolerance = step.options().path("tolerancePercent").asInt(5);
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    ObjectNode shown = result.putObject("values");
    for (Beside each : beside(step, node, nodeClass)) {
      BigDecimal median = each.median();
      if (median == null || each.peers() < least) {
        continue;
      }
      compared++;
      ObjectNode value = shown.putObject(each.path());
      value.put("is", each.own()).put("class", median).put("nodes", each.peers());
      BigDecimal floor =
          median.multiply(BigDecimal.valueOf(100L - tolerance)).divide(BigDecimal.valueOf(100));
      if (each.own() == null || each.own().compareTo(floor) < 0) {
        wrong.add(
            "%s is %s, and %s in its class %s"
                .formatted(
                    each.path(),
                    each.own() == null ? "missing" : each.own().toPlainString(),
                    median.stripTrailingZeros().toPlainString(),
                    nodeClass));
      }
    }
    result.put("compared", compared > 0);
    if (compared == 0) {
      result.put("why", "its class has fewer than " + least + " others to compare with");
    }
    return wrong.isEmpty()
        ? new Progress.Succeeded(result)
        : new Progress.Failed(String.join("; ", wrong), result);
  }

  private static List<Beside> beside(Beginning step, String node, String nodeClass) {
    JsonNode given = step.options().path("paths");
    List<String> paths =
        given.isEmpty() ? USUAL : given.valueStream().map(JsonNode::asString).toList();
    return step.handle()
        .createQuery(
            """
            WITH peer AS MATERIALIZED (
              SELECT node FROM node_in_class WHERE class = :class AND node <> :node
               ORDER BY node LIMIT :peers
            ), value AS (
              SELECT p.path, i.node, CASE jsonb_typeof(v.at)
                  WHEN 'number' THEN (v.at #>> '{}')::numeric
                  WHEN 'array' THEN jsonb_array_length(v.at) END AS number
                FROM inventory i
                CROSS JOIN unnest(:paths) WITH ORDINALITY AS p(path, place)
                CROSS JOIN LATERAL (SELECT i.doc #> string_to_array(p.path, '.') AS at) v
               WHERE i.node = :node OR i.node IN (SELECT node FROM peer)
            )
            SELECT path, min(number) FILTER (WHERE node = :node) AS own,
              (percentile_disc(0.5) WITHIN GROUP (ORDER BY number)
                FILTER (WHERE node <> :node AND number IS NOT NULL)) AS median,
              count(number) FILTER (WHERE node <> :node)::int AS peers
            FROM value GROUP BY path ORDER BY path
            """)
        .bind("class", nodeClass)
        .bind("node", node)
        .bind("peers", PEERS)
        .bindArray("paths", String.class, paths.toArray())
        .map((row, _) -> read(row))
        .list();
  }

  private static Beside read(ResultSet row) throws SQLException {
    return new Beside(
        row.getString("path"),
        row.getBigDecimal("own"),
        row.getBigDecimal("median"),
        row.getInt("peers"));
  }
}
