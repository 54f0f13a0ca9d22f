package dev.ingot.server.inventory;

import dev.ingot.server.events.Outbox;
import dev.ingot.server.inventory.DocumentTables.Stored;
import dev.ingot.server.nodes.lookup.NodeAddresses;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/**
 * What every writer does, in the transaction in which it locked the nodes' rows: documents, what
 * stands aside, the sections' states, addresses, history and events.
 */
final class DocumentCommit {
  private static final String INTERFACES = "interfaces";

  private final DocumentTables tables;
  private final ChangeJournal journal;
  private final DisputeJournal disputes;

  DocumentCommit(DocumentTables tables, Outbox outbox) {
    this.tables = tables;
    this.journal = new ChangeJournal(outbox);
    this.disputes = new DisputeJournal(outbox);
  }

  /** Hands each update what is stored of its node. */
  void load(Handle handle, Collection<NodeUpdate> updates) {
    List<NodeUpdate> missing = updates.stream().filter(update -> !update.isLoaded()).toList();
    Map<String, Stored> documents =
        tables.documents(
            handle,
            missing.stream().filter(NodeUpdate::isKnown).map(update -> update.nodeId).toList());
    Map<String, Map<SectionKey, JsonNode>> asides =
        AsideTables.contents(
            handle,
            missing.stream().filter(NodeUpdate::hasAsides).map(update -> update.nodeId).toList());
    for (NodeUpdate update : missing) {
      Stored known = documents.get(update.nodeId);
      update.load(
          known == null ? null : known.document(),
          known == null ? 0 : known.revision(),
          asides.getOrDefault(update.nodeId, Map.of()));
    }
  }

  /** Writes what the updates say. */
  void write(Handle handle, List<NodeUpdate> updates) {
    List<NodeUpdate> touched = updates.stream().filter(NodeUpdate::isContentTouched).toList();
    load(handle, touched);
    touched.forEach(NodeUpdate::apply);
    List<NodeUpdate> documents = touched.stream().filter(NodeUpdate::isDocumentWritten).toList();
    tables.writeDocuments(handle, documents);
    tables.countRevisions(
        handle, touched.stream().filter(update -> !update.isDocumentWritten()).toList());
    tables.removeStates(handle, touched);
    tables.writeStates(handle, updates);
    AsideTables.write(handle, touched);
    List<NodeAddresses.Shown> addresses =
        documents.stream()
            .filter(update -> update.servesAnew(INTERFACES))
            .map(update -> ShownAddresses.of(update.nodeId, update.document().path(INTERFACES)))
            .toList();
    if (!addresses.isEmpty()) {
      NodeAddresses.replaceAll(handle, addresses);
    }
    journal.write(handle, documents.stream().filter(NodeUpdate::isChange).toList());
    disputes.write(handle, touched);
  }
}
