package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One key of a sort, as MongoDB orders values: missing and null, then numbers, strings, objects,
 * arrays, booleans. Of an array the least element counts, the greatest when descending.
 */
record SortKey(FieldPath path, boolean descending) {
  private static final int MAX_KEYS = 8;

  /** Reads {@code {"dmi.sys_vendor": 1, "mem.MemTotal": -1}}, in the order of its keys. */
  static List<SortKey> parse(JsonNode sort) {
    if (!sort.isObject() || sort.size() > MAX_KEYS) {
      throw Problem.invalid(
          "sort",
          "a sort is an object of at most 8 paths with 1 or -1, e.g. {\"mem.MemTotal\": -1}");
    }
    List<SortKey> keys = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : sort.properties()) {
      String field = "sort." + entry.getKey();
      JsonNode direction = entry.getValue();
      if (!direction.isIntegralNumber() || Math.abs(direction.longValue(0)) != 1) {
        throw Problem.invalid(field, "must be 1 (ascending) or -1 (descending)");
      }
      keys.add(new SortKey(FieldPath.parse(entry.getKey(), field), direction.longValue() == -1));
    }
    return keys;
  }

  /** The key's value in a row: its type's rank, then what orders within the type. */
  record Value(int rank, BigDecimal number, String text) {}

  /** A lateral join that brings {@code rank, number, text} of the key under the alias. */
  Sql join(String alias, Facets facets) {
    List<Sql> sources = new ArrayList<>();
    if (NodeField.is(path)) {
      sources.add(
          new Sql("jsonb_path_query(a.attributes, ?::jsonpath)", JsonPath.keys(path) + "[*]"));
    } else if (facets.covers(path)) {
      sources.add(
          new Sql(
              "jsonb_path_query(i.facet, ?::jsonpath)",
              "$" + JsonPath.key(path.toString()) + "[*]"));
    } else {
      for (String way : JsonPathFilter.ways(path)) {
        sources.add(new Sql("jsonb_path_query(i.doc, ?::jsonpath)", way + "[*]"));
      }
    }
    StringBuilder union = new StringBuilder();
    List<Object> parameters = new ArrayList<>();
    for (Sql source : sources) {
      union.append(union.isEmpty() ? "SELECT " : " UNION ALL SELECT ").append(source.text());
      parameters.addAll(source.parameters());
    }
    String direction = descending ? " DESC" : "";
    return new Sql(
        """
         LEFT JOIN LATERAL (SELECT
           CASE jsonb_typeof(v) WHEN 'number' THEN 1 WHEN 'string' THEN 2 WHEN 'object' THEN 3
             WHEN 'array' THEN 4 WHEN 'boolean' THEN 5 ELSE 0 END AS rank,
           CASE jsonb_typeof(v) WHEN 'number' THEN v::numeric WHEN 'boolean' THEN v::boolean::int
             ELSE 0 END AS number,
           (CASE jsonb_typeof(v) WHEN 'string' THEN v #>> '{}' WHEN 'object' THEN v::text
             WHEN 'array' THEN v::text ELSE '' END) COLLATE "C" AS text
           FROM (%s) AS found (v) ORDER BY 1%s, 2%s, 3%s LIMIT 1) AS %s ON true\
        """
            .formatted(union, direction, direction, direction, alias),
        parameters);
  }

  static String columns(String alias) {
    return "coalesce(%1$s.rank, 0), coalesce(%1$s.number, 0), coalesce(%1$s.text, '') COLLATE \"C\""
        .formatted(alias);
  }

  String order(String alias) {
    String direction = descending ? " DESC" : "";
    return "coalesce(%1$s.rank, 0)%2$s, coalesce(%1$s.number, 0)%2$s, coalesce(%1$s.text, '') COLLATE \"C\"%2$s"
        .formatted(alias, direction);
  }
}
