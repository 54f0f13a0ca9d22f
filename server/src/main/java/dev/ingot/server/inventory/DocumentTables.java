package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.facet.FacetSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The statements of {@link DocumentStore}: each for many nodes. */
final class DocumentTables {
  private static final Instant OLDEST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant NEWEST = Instant.parse("9999-01-01T00:00:00Z");

  /** What each source last said of each section of {@code :nodes}. */
  static final String STATES =
      "SELECT node, name, source, aside, differs, digest, content_hash, incarnation,"
          + " sequence, epoch, classes FROM inventory_section WHERE node = ANY(:nodes)";

  /** The documents of {@code :nodes}. */
  static final String DOCUMENTS =
      "SELECT node, revision, changes, facet_generation, doc::text AS doc FROM inventory"
          + " WHERE node = ANY(:nodes)";

  /** Locks the rows of those of {@code :nodes} that there are, in the order of their ids. */
  static final String LOCK =
      "SELECT id FROM node WHERE id = ANY(:nodes) ORDER BY id FOR NO KEY UPDATE";

  private final FacetSource paths;

  DocumentTables(FacetSource paths) {
    this.paths = paths;
  }

  /** Of the sections of the nodes' agents; each node has an entry. */
  Map<String, Map<String, String>> digests(Handle handle, Collection<String> nodes) {
    Map<String, Map<String, String>> digests = new HashMap<>();
    nodes.forEach(node -> digests.put(node, new TreeMap<>()));
    handle
        .createQuery(
            "SELECT node, name, encode(digest, 'hex') AS digest FROM inventory_section"
                + " WHERE node = ANY(:nodes) AND source = :source")
        .bind("nodes", SqlArray.texts(nodes))
        .bind("source", Source.AGENT.word())
        .map(
            (row, _) ->
                digests
                    .getOrDefault(row.getString("node"), new TreeMap<>())
                    .put(row.getString("name"), row.getString("digest")))
        .list();
    return digests;
  }

  /** Locks the rows of the nodes that there are, in the order of their ids. */
  List<String> lock(Handle handle, Collection<String> nodes) {
    return handle.createQuery(LOCK).bind("nodes", SqlArray.texts(nodes)).mapTo(String.class).list();
  }

  /** The fencing number of each node's present session. */
  Map<String, Long> epochs(Handle handle, Collection<String> nodes) {
    Map<String, Long> epochs = new HashMap<>();
    handle
        .createQuery("SELECT node, epoch FROM agent_session WHERE node = ANY(:nodes)")
        .bind("nodes", SqlArray.texts(nodes))
        .map((row, _) -> Map.entry(row.getString("node"), row.getLong("epoch")))
        .forEach(entry -> epochs.put(entry.getKey(), entry.getValue()));
    return epochs;
  }

  Map<String, List<SectionState>> states(Handle handle, Collection<String> nodes) {
    Map<String, List<SectionState>> states = new HashMap<>();
    handle
        .createQuery(STATES)
        .bind("nodes", SqlArray.texts(nodes))
        .map((row, _) -> Map.entry(row.getString("node"), SectionState.of(row)))
        .forEach(
            entry ->
                states
                    .computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                    .add(entry.getValue()));
    return states;
  }

  /** A document as it is stored. */
  record Stored(ObjectNode document, long revision, long changes, long facetGeneration) {
    /** Of a row that {@link #DOCUMENTS} answers. */
    static Stored of(ResultSet row) throws SQLException {
      return new Stored(
          (ObjectNode) Json.read(row.getBytes("doc")),
          row.getLong("revision"),
          row.getLong("changes"),
          row.getLong("facet_generation"));
    }
  }

  Map<String, Stored> documents(Handle handle, Collection<String> nodes) {
    Map<String, Stored> documents = new HashMap<>();
    if (nodes.isEmpty()) {
      return documents;
    }
    handle
        .createQuery(DOCUMENTS)
        .bind("nodes", SqlArray.texts(nodes))
        .map((row, _) -> Map.entry(row.getString("node"), Stored.of(row)))
        .forEach(entry -> documents.put(entry.getKey(), entry.getValue()));
    return documents;
  }

  void writeDocuments(Handle handle, List<NodeUpdate> updates) {
    if (!updates.isEmpty()) {
      DocumentRows.write(handle, paths.written(handle), updates);
    }
  }

  void writeStates(Handle handle, List<NodeUpdate> updates) {
    List<Row> rows = new ArrayList<>();
    updates.forEach(
        update -> update.touched().forEach(state -> rows.add(new Row(update.nodeId, state))));
    if (rows.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            INSERT INTO inventory_section AS kept (node, source, name, digest, content_hash,
              incarnation, sequence, epoch, collected, reported, node_time, failure, failed_since,
              classes)
            SELECT node, source, name, digest, content_hash, incarnation, sequence, epoch,
              CASE WHEN confirmed THEN now() END, now(), node_time::timestamptz, failure,
              CASE WHEN failure IS NOT NULL THEN now() END, classes
            FROM unnest(:nodes, :sources, :names, :digests, :hashes, :incarnations, :sequences, :epochs,
              :confirmed, :nodeTimes, :failures, :classes)
              AS sent (node, source, name, digest, content_hash, incarnation, sequence, epoch,
                confirmed, node_time, failure, classes)
            ON CONFLICT (node, source, name) DO UPDATE SET digest = excluded.digest,
              content_hash = excluded.content_hash, incarnation = excluded.incarnation,
              sequence = excluded.sequence, epoch = excluded.epoch,
              collected = coalesce(excluded.collected, kept.collected),
              reported = excluded.reported, node_time = excluded.node_time,
              failure = excluded.failure, classes = excluded.classes,
              failed_since = CASE WHEN excluded.failure IS NOT NULL
                THEN coalesce(kept.failed_since, excluded.failed_since) END
            """)
        .bind("nodes", SqlArray.texts(rows, Row::node))
        .bind("sources", SqlArray.texts(rows, row -> row.state.source().word()))
        .bind("names", SqlArray.texts(rows, row -> row.state.name()))
        .bind("digests", SqlArray.bytes(rows, row -> row.state.digest()))
        .bind("hashes", SqlArray.bytes(rows, row -> row.state.contentHash()))
        .bind("incarnations", SqlArray.texts(rows, row -> row.state.incarnation()))
        .bind("sequences", SqlArray.longs(rows, row -> row.state.sequence()))
        .bind("epochs", SqlArray.longs(rows, row -> row.state.epoch()))
        .bind("confirmed", SqlArray.booleans(rows, row -> row.state.confirmed()))
        .bind("nodeTimes", SqlArray.texts(rows, row -> time(row.state.nodeTime())))
        .bind("failures", SqlArray.texts(rows, row -> row.state.failure()))
        .bind("classes", SqlArray.texts(rows, row -> row.state.classes()))
        .execute();
  }

  /** The revisions of the documents that there are. */
  Map<String, Long> revisions(Handle handle, Collection<String> nodes) {
    Map<String, Long> revisions = new HashMap<>();
    if (!nodes.isEmpty()) {
      handle
          .createQuery("SELECT node, revision FROM inventory WHERE node = ANY(:nodes)")
          .bind("nodes", SqlArray.texts(nodes))
          .map((row, _) -> revisions.put(row.getString("node"), row.getLong("revision")))
          .list();
    }
    return revisions;
  }

  /** A write that changes nothing of what is served: the document is another one nevertheless. */
  void countRevisions(Handle handle, Collection<NodeUpdate> updates) {
    if (!updates.isEmpty()) {
      handle
          .createUpdate(
              """
              UPDATE inventory AS kept SET revision = sent.revision
              FROM unnest(:nodes, :revisions) AS sent (node, revision)
              WHERE kept.node = sent.node
              """)
          .bind("nodes", SqlArray.texts(updates, update -> update.nodeId))
          .bind("revisions", SqlArray.longs(updates, NodeUpdate::revision))
          .execute();
    }
  }

  /** Forgets sections that their source has no longer. */
  void removeStates(Handle handle, Collection<NodeUpdate> updates) {
    List<String> nodes = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    for (NodeUpdate update : updates) {
      for (String name : update.removed()) {
        nodes.add(update.nodeId);
        names.add(name);
        sources.add(update.source.word());
      }
    }
    if (!nodes.isEmpty()) {
      handle
          .createUpdate(
              """
              DELETE FROM inventory_section AS kept
              USING unnest(:nodes, :names, :sources) AS sent (node, name, source)
              WHERE kept.node = sent.node AND kept.name = sent.name AND kept.source = sent.source
              """)
          .bind("nodes", SqlArray.texts(nodes))
          .bind("names", SqlArray.texts(names))
          .bind("sources", SqlArray.texts(sources))
          .execute();
    }
  }

  private record Row(String node, SectionState state) {}

  /** A node's clock may say anything; what PostgreSQL cannot hold is left out. */
  private static @Nullable String time(@Nullable Instant nodeTime) {
    return nodeTime == null || nodeTime.isBefore(OLDEST) || nodeTime.isAfter(NEWEST)
        ? null
        : nodeTime.toString();
  }
}
