package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The statements about what is not served: few nodes have any. */
final class AsideTables {
  private AsideTables() {}

  /** What stands aside, of each of the nodes. */
  static Map<String, Map<SectionKey, JsonNode>> contents(Handle handle, Collection<String> nodes) {
    Map<String, Map<SectionKey, JsonNode>> contents = new HashMap<>();
    if (!nodes.isEmpty()) {
      handle
          .createQuery(
              "SELECT node, name, source, content::text AS content FROM inventory_section"
                  + " WHERE node = ANY(:nodes) AND aside")
          .bind("nodes", SqlArray.texts(nodes))
          .map(
              (row, _) ->
                  contents
                      .computeIfAbsent(row.getString("node"), _ -> new HashMap<>())
                      .put(
                          new SectionKey(row.getString("name"), Source.of(row.getString("source"))),
                          Json.read(row.getString("content"))))
          .list();
    }
    return contents;
  }

  /** Writes what was moved to the side or back. */
  static void write(Handle handle, Collection<NodeUpdate> updates) {
    List<Row> rows = new ArrayList<>();
    for (NodeUpdate update : updates) {
      update.asides.forEach((section, aside) -> rows.add(new Row(update.nodeId, section, aside)));
    }
    if (rows.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            UPDATE inventory_section AS kept SET aside = sent.aside, differs = sent.differs,
              content = CASE WHEN sent.aside THEN coalesce(sent.content::jsonb, kept.content) END
            FROM unnest(:nodes, :names, :sources, :asides, :differs, :contents)
              AS sent (node, name, source, aside, differs, content)
            WHERE kept.node = sent.node AND kept.name = sent.name AND kept.source = sent.source
            """)
        .bind("nodes", SqlArray.texts(rows, Row::node))
        .bind("names", SqlArray.texts(rows, row -> row.section.name()))
        .bind("sources", SqlArray.texts(rows, row -> row.section.source().word()))
        .bind("asides", SqlArray.booleans(rows, row -> row.aside.aside()))
        .bind("differs", SqlArray.booleans(rows, row -> row.aside.differs()))
        .bind("contents", SqlArray.texts(rows, row -> text(row.aside.content())))
        .execute();
  }

  private record Row(String node, SectionKey section, Aside aside) {}

  private static @Nullable String text(@Nullable JsonNode content) {
    return content == null ? null : Json.write(content);
  }
}
