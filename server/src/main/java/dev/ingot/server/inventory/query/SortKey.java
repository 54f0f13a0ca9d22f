package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * One key of a sort, as MongoDB orders values: an empty array, missing and null, then numbers,
 * strings, objects, arrays, booleans. Of an array the least element counts, the greatest when
 * descending. Objects and arrays are ordered by their text: the keys of an object have no order.
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
      int sign = sign(direction);
      if (sign == 0) {
        throw Problem.invalid(field, "must be 1 (ascending) or -1 (descending)");
      }
      keys.add(new SortKey(FieldPath.parse(entry.getKey(), field), sign < 0));
    }
    return keys;
  }

  /** 1 or -1, however it is written; 0 for anything else. */
  private static int sign(JsonNode direction) {
    if (direction.isIntegralNumber()) {
      int number = direction.canConvertToInt() ? direction.intValue() : 0;
      return Math.abs(number) == 1 ? number : 0;
    }
    double number = direction.isNumber() ? direction.doubleValue() : 0;
    return Math.abs(number) == 1 ? (int) number : 0;
  }

  /** The key's value in a row: its type's rank, then what orders within the type. */
  record Value(int rank, BigDecimal number, String text) {}

  /** A lateral join that brings {@code rank, number, text} of the key under the alias. */
  Sql join(String alias, Facets facets) {
    String source = NodeField.is(path) ? "a.attributes" : "i.doc";
    boolean declared = !NodeField.is(path) && facets.covers(path);
    String unsaid = declared ? " WHERE NOT i.facet @@ ?::jsonpath" : "";
    List<String> parameters = new ArrayList<>();
    StringBuilder leaves = new StringBuilder();
    for (String way : JsonPathFilter.ways(path)) {
      leaves
          .append(leaves.isEmpty() ? "" : " UNION ALL ")
          .append("SELECT jsonb_path_query(%s, ?::jsonpath)%s".formatted(source, unsaid));
      parameters.add(way);
      if (declared) {
        parameters.add(inFacet());
      }
    }
    if (declared) {
      leaves.append(" UNION ALL SELECT jsonb_path_query(i.facet, ?::jsonpath)");
      leaves.append(" WHERE i.facet @@ ?::jsonpath");
      parameters.add("$" + JsonPath.key(path.toString()));
      parameters.add(inFacet());
    }
    String direction = descending ? " DESC" : "";
    String lacking = "false";
    if (path.keys().size() > 1) {
      lacking =
          declared
              ? "CASE WHEN i.facet @@ ?::jsonpath THEN false ELSE %s @@ ?::jsonpath END"
                  .formatted(source)
              : source + " @@ ?::jsonpath";
      List<String> asked = declared ? List.of(inFacet(), lacking(path)) : List.of(lacking(path));
      parameters.addAll(descending ? 0 : parameters.size(), asked);
    }
    return new Sql(
        """
         LEFT JOIN LATERAL (SELECT
           %1$s AS rank,
           CASE jsonb_typeof(v) WHEN 'number' THEN v::numeric WHEN 'boolean' THEN v::boolean::int
             ELSE 0 END AS number,
           (CASE jsonb_typeof(v) WHEN 'string' THEN v #>> '{}' WHEN 'object' THEN v::text
             WHEN 'array' THEN v::text ELSE '' END) COLLATE "C" AS text
           FROM (SELECT v, CASE jsonb_typeof(v) WHEN 'null' THEN 0 WHEN 'number' THEN 1
             WHEN 'string' THEN 2 WHEN 'object' THEN 3 WHEN 'array' THEN 4 WHEN 'boolean' THEN 5
             ELSE -1 END AS place
             FROM (SELECT v FROM (%2$s) AS leaf (l) CROSS JOIN LATERAL (
               SELECT l WHERE jsonb_typeof(l) <> 'array' UNION ALL SELECT NULL WHERE l = '[]'
               UNION ALL SELECT jsonb_array_elements(
                 CASE WHEN jsonb_typeof(l) = 'array' THEN l ELSE '[]' END)) AS elements (v)%3$s)
               AS found (v)) AS placed
           ORDER BY place%4$s, 2%4$s, 3%4$s LIMIT 1) AS %5$s ON true\
        """
            .formatted(
                descending
                    ? "CASE WHEN place = -1 AND " + lacking + " THEN 0 ELSE place END"
                    : "place",
                leaves,
                descending ? "" : " UNION ALL SELECT 'null'::jsonb WHERE " + lacking,
                direction,
                alias),
        List.<Object>copyOf(parameters));
  }

  /** Whether the facet says all of a declared path. */
  private String inFacet() {
    String notAll = "$" + JsonPath.key(Facets.NOT_ALL);
    return "exists(%1$s) && !exists(%1$s ? (@ == %2$s))"
        .formatted(notAll, JsonPath.quote(path.toString()));
  }

  /** Whether an element lacks the field: it counts as null, which is before all but []. */
  private static String lacking(FieldPath path) {
    return new JsonPathFilter(key -> key)
        .test(new Filter.Field(path, new Condition.Equal(NullNode.getInstance())));
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
