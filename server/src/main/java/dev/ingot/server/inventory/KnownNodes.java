package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.server.inventory.DocumentTables.Stored;
import dev.ingot.server.store.Together;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What is stored of nodes that somebody is about to write, read at once: each statement sees what
 * was committed before it began, so that those that read see what whoever had the locks wrote.
 *
 * @param there the nodes that there are, locked, in the order of their ids
 * @param byNode what each source last said of each section
 * @param classes what agents say of the fields of sections: of those that are to be written and of
 *     those that the source {@code import} has
 */
record KnownNodes(
    List<String> there,
    Map<String, List<SectionState>> byNode,
    Map<String, FieldClasses> classes,
    Map<String, Stored> documents) {
  private static final String CLASSES =
      "SELECT name, classes FROM inventory_section_class WHERE name = ANY(:names)"
          + " OR name IN (SELECT name FROM inventory_section"
          + " WHERE node = ANY(:nodes) AND source = :source)";

  List<SectionState> states(String node) {
    return byNode.getOrDefault(node, List.of());
  }

  /**
   * Locks and reads.
   *
   * @param names of the sections that are to be written
   * @param whole whether the documents are read too
   */
  static KnownNodes read(
      Handle handle, Collection<String> nodes, Collection<String> names, boolean whole) {
    KnownNodes known =
        new KnownNodes(new ArrayList<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    String text = DocumentTables.LOCK + "; " + DocumentTables.STATES + "; " + CLASSES;
    Together.read(
        handle
            .createQuery(whole ? text + "; " + DocumentTables.DOCUMENTS : text)
            .bind("nodes", SqlArray.texts(nodes))
            .bind("names", SqlArray.texts(names))
            .bind("source", Source.IMPORT.word()),
        whole ? 4 : 3,
        (statement, rows) -> {
          while (rows.next()) {
            switch (statement) {
              case 0 -> known.there.add(rows.getString("id"));
              case 1 ->
                  known
                      .byNode
                      .computeIfAbsent(rows.getString("node"), _ -> new ArrayList<>())
                      .add(SectionState.of(rows));
              case 2 ->
                  known.classes.put(
                      rows.getString("name"),
                      Json.MAPPER.readValue(rows.getString("classes"), FieldClasses.class));
              default -> known.documents.put(rows.getString("node"), Stored.of(rows));
            }
          }
        });
    return known;
  }
}
