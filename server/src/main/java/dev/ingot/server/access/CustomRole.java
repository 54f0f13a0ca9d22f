package dev.ingot.server.access;

import dev.ingot.core.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A role as it is shown. Of the built-in ones nodes are all, and what is read and written is
 * everything that the verbs allow.
 *
 * @param base the built-in role whose verbs it has
 * @param nodes a filter of the inventory, null for all nodes
 * @param read paths of documents, see {@link PathGrants}
 * @param write paths of the source {@code import}
 * @param version its ETag; 0 for a built-in one
 */
public record CustomRole(
    String name,
    String base,
    @Nullable JsonNode nodes,
    List<String> read,
    List<String> write,
    @Nullable String description,
    boolean builtIn,
    long version,
    @Nullable Instant changed,
    @Nullable String changedBy) {

  static final String COLUMNS =
      "name, base, nodes, read, write, description, version, changed, changed_by";

  static CustomRole of(Role role) {
    List<String> all = List.of("*");
    List<String> write = role == Role.READER ? List.of() : all;
    return new CustomRole(role.word(), role.word(), null, all, write, null, true, 0, null, null);
  }

  static CustomRole of(ResultSet row) throws SQLException {
    String nodes = row.getString("nodes");
    return new CustomRole(
        row.getString("name"),
        row.getString("base"),
        nodes == null ? null : Json.read(nodes),
        List.of((String[]) row.getArray("read").getArray()),
        List.of((String[]) row.getArray("write").getArray()),
        row.getString("description"),
        false,
        row.getLong("version"),
        row.getTimestamp("changed").toInstant(),
        row.getString("changed_by"));
  }

  /** What its principals may see and change; a reader writes nothing, so nothing is left out. */
  Segment segment() {
    PathGrants writable =
        base.equals(Role.READER.word()) ? PathGrants.EVERYTHING : PathGrants.parse(write, "write");
    return new Segment(nodes, PathGrants.parse(read, "read"), writable);
  }
}
