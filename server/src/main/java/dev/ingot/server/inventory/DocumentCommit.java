package dev.ingot.server.inventory;

import dev.ingot.server.events.Outbox;
import dev.ingot.server.inventory.DocumentTables.Stored;
import dev.ingot.server.inventory.history.Changed;
import dev.ingot.server.inventory.history.EndedChains;
import dev.ingot.server.inventory.history.Journal;
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
  private final Journal journal;
  private final DisputeJournal disputes;
  private final Precedence precedence;

  DocumentCommit(DocumentTables tables, Outbox outbox, Precedence precedence) {
    this.tables = tables;
    this.precedence = precedence;
    this.journal = new Journal(outbox);
    this.disputes = new DisputeJournal(outbox);
  }

  /** An update that is to be filled and then handed to {@link #write}. */
  NodeUpdate update(String nodeId, Source source, List<SectionState> states) {
    return new NodeUpdate(nodeId, source, precedence, states);
  }

  /** Hands each update what is stored of its node. */
  void load(Handle handle, Collection<NodeUpdate> updates) {
    List<NodeUpdate> missing = updates.stream().filter(update -> !update.isLoaded()).toList();
    load(
        handle,
        missing,
        tables.documents(handle, missing.stream().map(update -> update.nodeId).toList()));
  }

  /** The same of documents that were read. */
  void load(Handle handle, List<NodeUpdate> missing, Map<String, Stored> documents) {
    Map<String, Map<SectionKey, JsonNode>> asides =
        AsideTables.contents(
            handle,
            missing.stream().filter(NodeUpdate::hasAsides).map(update -> update.nodeId).toList());
    Map<String, Long> ended =
        EndedChains.numbers(
            handle,
            missing.stream()
                .map(update -> update.nodeId)
                .filter(node -> !documents.containsKey(node))
                .toList());
    for (NodeUpdate update : missing) {
      update.load(
          documents.get(update.nodeId),
          ended.getOrDefault(update.nodeId, 0L),
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
    // Before the sections' states: a part that is gone was last seen when they were last confirmed.
    journal.write(
        handle, documents.stream().filter(NodeUpdate::isChange).map(DocumentCommit::told).toList());
    tables.countRevisions(
        handle,
        touched.stream()
            .filter(update -> update.isAnother() && !update.isDocumentWritten())
            .toList());
    tables.removeStates(handle, touched);
    tables.writeStates(handle, updates);
    AsideTables.write(handle, touched);
    List<NodeAddresses.Shown> addresses =
        documents.stream()
            .filter(update -> update.servedAnew().contains(INTERFACES))
            .map(update -> ShownAddresses.of(update.nodeId, update.document().path(INTERFACES)))
            .toList();
    if (!addresses.isEmpty()) {
      NodeAddresses.replaceAll(handle, addresses);
    }
    disputes.write(handle, touched);
  }

  private static Changed told(NodeUpdate update) {
    return new Changed(
        update.nodeId,
        update.source.word(),
        update.revision(),
        update.number(),
        update.changed(),
        update.wayBack.before(),
        update.document(),
        update.wayBack.operations(),
        update.wayBack.sections(),
        update::stableBefore);
  }
}
