package dev.ingot.server.inventory.query;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.segment.PathAccess;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** One document of a page, and its place in the order. */
record PageRow(JsonNode document, Keyset place) {
  /**
   * Reads id, document, attributes and the values of the sort's keys.
   *
   * @param access what may be read; null leaves the document unread
   */
  static PageRow of(ResultSet row, int keys, @Nullable PathAccess access) throws SQLException {
    String id = row.getString(1);
    String stored = row.getString(2);
    JsonNode document =
        access == null ? unread(id, stored) : read(id, stored, row.getString(3), access);
    List<SortKey.Value> values = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      values.add(
          new SortKey.Value(
              row.getInt(4 + 3 * i), row.getBigDecimal(5 + 3 * i), row.getString(6 + 3 * i)));
    }
    return new PageRow(document, new Keyset(values, id));
  }

  private static JsonNode unread(String id, @Nullable String stored) {
    String start = "{\"mercury_id\":" + Json.write(id);
    String rest = stored == null || stored.equals("{}") ? "}" : "," + stored.substring(1);
    return JsonNodeFactory.instance.rawValueNode(new RawValue(start + rest));
  }

  private static ObjectNode read(
      String id, @Nullable String stored, @Nullable String attributes, PathAccess access) {
    ObjectNode document = Json.MAPPER.createObjectNode();
    document.put("mercury_id", id);
    if (attributes != null) {
      document.setAll(Queries.beside(attributes, access));
      document.put("mercury_id", id);
    }
    if (stored != null) {
      document.setAll(access.prune((ObjectNode) Json.read(stored)));
    }
    return document;
  }
}
