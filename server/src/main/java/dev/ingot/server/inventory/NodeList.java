package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.nodes.target.Target;
import dev.ingot.server.nodes.target.TargetResolver;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Nodes as lists show them: what is known of each, and a summary of its inventory. */
final class NodeList {
  static final RowMapper<ObjectNode> ITEM =
      (row, context) -> {
        ObjectNode item = Json.MAPPER.valueToTree(NodeRecord.MAPPER.map(row, context));
        item.set(
            "summary",
            Json.MAPPER.valueToTree(
                new Summary(
                    row.getString("vendor"),
                    row.getString("model"),
                    row.getString("serial"),
                    row.getString("cpu_model"),
                    row.getObject("cpu_cores", Integer.class),
                    row.getObject("memory_bytes", Long.class),
                    row.getObject("disk_bytes", Long.class))));
        return item;
      };

  /** The columns that {@link #ITEM} reads, of a node whose id is {@code :id} or {@code page.id}. */
  static final String COLUMNS =
      "SELECT v.*, i.vendor, i.model, i.serial, i.cpu_model, i.cpu_cores, i.memory_bytes,"
          + " i.disk_bytes, i.revision, i.changed";

  private final Queries queries;
  private final TargetResolver targets;

  NodeList(Queries queries, TargetResolver targets) {
    this.queries = queries;
    this.targets = targets;
  }

  /** The nodes after an id, in the order of their ids. */
  List<ObjectNode> page(
      Handle handle,
      PathAccess access,
      @Nullable JsonNode filter,
      @Nullable String on,
      String after,
      int most) {
    Queries.Selection selection =
        queries.select(filter == null ? Json.MAPPER.createObjectNode() : filter, "filter", access);
    List<Object> parameters = new ArrayList<>(selection.parameters());
    StringBuilder where = new StringBuilder(selection.where());
    if (on != null && !(Target.parse(on) instanceof Target.All)) {
      where.append(" AND n.id = ANY(?)");
      parameters.add(new TextArray(targets.resolve(handle, access.principal(), on)));
    }
    where.append(" AND n.id > ?");
    parameters.add(after);
    String page = "SELECT n.id" + selection.from() + " WHERE " + where + " ORDER BY n.id LIMIT ?";
    parameters.add(most);
    return queries.limited(
        handle,
        "filter",
        () -> {
          Query query =
              handle.createQuery(
                  COLUMNS
                      + " FROM ("
                      + page
                      + ") AS page JOIN node_attributes v ON v.id = page.id"
                      + " LEFT JOIN inventory i ON i.node = page.id ORDER BY page.id");
          for (int i = 0; i < parameters.size(); i++) {
            query.bind(i, parameters.get(i));
          }
          List<ObjectNode> items = query.map(ITEM).list();
          items.forEach(item -> SegmentedNode.summary(item, access));
          return items;
        });
  }
}
