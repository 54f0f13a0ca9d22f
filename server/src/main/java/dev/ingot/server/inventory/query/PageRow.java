package dev.ingot.server.inventory.query;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.segment.PathAccess;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One document of a page, and its place in the order.
 *
 * @param octets of the text that was read
 */
record PageRow(JsonNode document, Keyset place, int octets) {
  /**
   * Reads id, document, attributes and the values of the sort's keys.
   *
   * @param access what may be read
   */
  static PageRow of(ResultSet row, int keys, PathAccess access) throws SQLException {
    byte[] stored = row.getBytes(2);
    return new PageRow(
        read(row.getString(1), stored, row.getString(3), access),
        place(row, keys),
        stored == null ? 0 : stored.length);
  }

  /** The place of such a row. */
  static Keyset place(ResultSet row, int keys) throws SQLException {
    List<SortKey.Value> values = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      values.add(
          new SortKey.Value(
              row.getInt(4 + 3 * i), row.getBigDecimal(5 + 3 * i), row.getString(6 + 3 * i)));
    }
    return new Keyset(values, row.getString(1));
  }

  private static ObjectNode read(
      String id, byte @Nullable [] stored, @Nullable String attributes, PathAccess access) {
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
