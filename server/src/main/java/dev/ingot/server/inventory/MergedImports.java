package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import dev.ingot.server.nodes.NodeRemoval;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/**
 * What people wrote of a node that is merged: nobody would write it again, as an agent does. The
 * other node keeps it as its own, by the same precedence and with the same disagreements; where it
 * has an import of the same section, that one stays, and the history has the other.
 */
final class MergedImports implements NodeRemoval {
  private final DocumentTables tables;
  private final DocumentCommit commit;

  MergedImports(DocumentTables tables, DocumentCommit commit) {
    this.tables = tables;
    this.commit = commit;
  }

  @Override
  public void removing(Handle handle, String nodeId) {
    // Goes with its node, by its foreign key.
  }

  @Override
  public void merging(Handle handle, String from, String into) {
    Map<String, JsonNode> said = said(handle, from);
    if (said.isEmpty()) {
      return;
    }
    tables.lock(handle, List.of(from, into));
    List<SectionState> states = tables.states(handle, List.of(into)).getOrDefault(into, List.of());
    NodeUpdate update = commit.update(into, Source.IMPORT, states);
    Map<String, FieldClasses> classes = SectionClasses.of(handle, said.keySet());
    int room = ImportSections.MOST - update.sections().size();
    for (Map.Entry<String, JsonNode> section : said.entrySet()) {
      String name = section.getKey();
      if (room > 0 && !update.sections().contains(name)) {
        ImportSections.Prepared prepared = ImportSections.prepared(name, section.getValue());
        FieldClasses known = SectionClasses.ofImport(classes, name, prepared.content());
        update.put(new Section(name, prepared.content(), null, known), prepared.hash());
        room--;
      }
    }
    if (update.isContentTouched()) {
      commit.load(handle, List.of(update));
      commit.write(handle, List.of(update));
    }
  }

  private static Map<String, JsonNode> said(Handle handle, String node) {
    Map<String, JsonNode> said = new TreeMap<>();
    handle
        .createQuery(
            """
            SELECT s.name, coalesce(s.content, i.doc -> s.name)::text AS content
            FROM inventory_section s LEFT JOIN inventory i ON i.node = s.node AND NOT s.aside
            WHERE s.node = :node AND s.source = :source AND s.content_hash IS NOT NULL
            """)
        .bind("node", node)
        .bind("source", Source.IMPORT.word())
        .map((row, _) -> said.put(row.getString("name"), Json.read(row.getString("content"))))
        .list();
    return said;
  }
}
