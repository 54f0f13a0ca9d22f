package dev.ingot.server.inventory;

import dev.ingot.protocol.FieldClasses;
import dev.ingot.server.events.Outbox;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what agents report. A transaction takes up to 50 nodes in the order of their ids, each
 * with its row locked, so that two writers neither mix nor wait in a circle; within a node the last
 * report by sequence wins. Few statements for all of them together.
 */
public final class DocumentStore implements InventoryWriter {
  private static final Logger log = LoggerFactory.getLogger(DocumentStore.class);
  private static final int NODES_PER_COMMIT = 50;

  private final Jdbi jdbi;
  private final DocumentTables tables;
  private final DocumentCommit commit;
  private final SectionClasses classes;

  public DocumentStore(Jdbi ingest, Outbox outbox, DeclaredPaths paths) {
    this(ingest, new DocumentTables(paths), outbox);
  }

  private DocumentStore(Jdbi ingest, DocumentTables tables, Outbox outbox) {
    this(ingest, tables, new DocumentCommit(tables, outbox, Precedence.DEFAULT));
  }

  DocumentStore(Jdbi ingest, DocumentTables tables, DocumentCommit commit) {
    this.jdbi = ingest;
    this.tables = tables;
    this.commit = commit;
    this.classes = new SectionClasses(ingest);
  }

  /** The database is another one: what was learnt of it is forgotten. */
  void forget() {
    classes.forget();
  }

  @Override
  public Map<String, String> digests(String nodeId) {
    return digests(List.of(nodeId)).getOrDefault(nodeId, Map.of());
  }

  @Override
  public Map<String, Map<String, String>> digests(Collection<String> nodeIds) {
    return jdbi.withHandle(handle -> tables.digests(handle, nodeIds));
  }

  @Override
  public Map<String, FieldClasses> classes(Collection<String> sections) {
    return jdbi.withHandle(handle -> SectionClasses.of(handle, sections));
  }

  @Override
  public void store(Collection<NodeReports> reports) {
    for (Source source : Source.values()) {
      List<NodeReports> said =
          reports.stream().filter(report -> report.source() == source).toList();
      if (!said.isEmpty()) {
        store(source, said);
      }
    }
  }

  private void store(Source source, Collection<NodeReports> reports) {
    TreeMap<String, List<ArrivedSection>> byNode = new TreeMap<>();
    for (NodeReports node : reports) {
      List<ArrivedSection> sections = byNode.computeIfAbsent(node.nodeId(), _ -> new ArrayList<>());
      node.reports().forEach(report -> sections.add(ArrivedSection.of(node, report)));
    }
    List<String> nodes = List.copyOf(byNode.keySet());
    for (int from = 0; from < nodes.size(); from += NODES_PER_COMMIT) {
      int to = Math.min(from + NODES_PER_COMMIT, nodes.size());
      storeAll(source, byNode.subMap(nodes.get(from), true, nodes.get(to - 1), true));
    }
    classes.learn(
        byNode.values().stream()
            .flatMap(List::stream)
            .map(ArrivedSection::section)
            .filter(section -> section.content() != null)
            .toList());
  }

  private void storeAll(Source source, Map<String, List<ArrivedSection>> byNode) {
    try {
      repeated(handle -> write(handle, source, byNode));
    } catch (JdbiException e) {
      if (byNode.size() == 1 || !Attempts.isDataFault(e)) {
        throw e;
      }
      // One document that cannot be stored must not keep the others out.
      byNode.forEach((node, sections) -> storeAlone(source, node, sections));
    }
  }

  private void storeAlone(Source source, String nodeId, List<ArrivedSection> sections) {
    try {
      repeated(handle -> write(handle, source, Map.of(nodeId, sections)));
    } catch (JdbiException e) {
      if (!Attempts.isDataFault(e)) {
        throw e;
      }
      log.error("inventory of node {} cannot be stored", nodeId, e);
    }
  }

  private void repeated(Consumer<Handle> work) {
    Attempts.inTransaction(
        jdbi,
        handle -> {
          work.accept(handle);
          return true;
        });
  }

  private void write(Handle handle, Source source, Map<String, List<ArrivedSection>> byNode) {
    // Epochs are read after the rows are locked: whoever took the session over and wrote before us
    // is seen.
    List<String> nodes = tables.lock(handle, byNode.keySet());
    Map<String, Long> epochs = source == Source.AGENT ? tables.epochs(handle, nodes) : Map.of();
    Map<String, List<SectionState>> states = tables.states(handle, nodes);
    List<NodeUpdate> updates = new ArrayList<>();
    for (String node : nodes) {
      NodeUpdate update = commit.update(node, source, states.getOrDefault(node, List.of()));
      long epoch =
          source == Source.AGENT ? epochs.getOrDefault(node, Long.MAX_VALUE) : Long.MIN_VALUE;
      for (ArrivedSection section : byNode.getOrDefault(node, List.of())) {
        if (section.epoch() >= epoch) {
          update.take(section);
        }
      }
      updates.add(update);
    }
    commit.write(handle, updates);
  }
}
