package dev.ingot.server.inventory.indexes;

import dev.ingot.server.inventory.indexes.DeclaredIndex.Kind;
import dev.ingot.server.inventory.indexes.DeclaredIndex.State;
import dev.ingot.server.nodes.LongArray;
import dev.ingot.server.nodes.TextArray;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The statements of declared paths. */
final class IndexTable {
  /** Answers the number of the set. */
  static final String GENERATION = "SELECT generation FROM inventory_index_set";

  private IndexTable() {}

  /** A row of the set. */
  record Row(String path, Kind kind, State state, long generation) {}

  static List<Row> rows(Handle handle) {
    return handle
        .createQuery("SELECT path, kind, state, generation FROM inventory_index ORDER BY 1, 2")
        .map(
            (row, _) ->
                new Row(
                    row.getString("path"),
                    Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                    State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                    row.getLong("generation")))
        .list();
  }

  /** All of them, with how far those are that are being built. */
  static List<DeclaredIndex> list(Handle handle) {
    boolean building = rows(handle).stream().anyMatch(row -> row.state() == State.BUILDING);
    // Counted only while it says something: it reads a row for each document.
    String counts =
        building
            ? """
            LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE facet_generation >= x.generation)
              AS done, count(*) AS total FROM inventory) AS c ON x.state = 'building'\
            """
            : "CROSS JOIN (SELECT NULL::bigint AS done, NULL::bigint AS total) AS c";
    return handle
        .createQuery("SELECT x.*, c.* FROM inventory_index x " + counts + " ORDER BY path, kind")
        .map(
            (row, _) ->
                new DeclaredIndex(
                    row.getString("path"),
                    Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                    State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                    row.getObject("since", OffsetDateTime.class).toInstant(),
                    row.getObject("created", OffsetDateTime.class).toInstant(),
                    row.getString("created_by"),
                    row.getObject("done", Long.class),
                    row.getObject("total", Long.class)))
        .list();
  }

  static Optional<State> state(Handle handle, String path, Kind kind) {
    return rows(handle).stream()
        .filter(row -> row.path().equals(path) && row.kind() == kind)
        .map(Row::state)
        .findFirst();
  }

  static int count(Handle handle) {
    return handle
        .createQuery("SELECT count(DISTINCT path) FROM inventory_index")
        .mapTo(Integer.class)
        .one();
  }

  /** Declares it, or again what was given up, with a new generation of the set. */
  static void add(Handle handle, String path, Kind kind, String who) {
    handle
        .createUpdate(
            """
            WITH next AS (UPDATE inventory_index_set SET generation = generation + 1
              RETURNING generation)
            INSERT INTO inventory_index (path, kind, state, generation, created_by)
            SELECT :path, :kind, 'building', generation, :who FROM next
            ON CONFLICT (path, kind) DO UPDATE SET state = 'building',
              generation = excluded.generation, since = now(), created = now(),
              created_by = excluded.created_by
            """)
        .bind("path", path)
        .bind("kind", kind.word())
        .bind("who", who)
        .execute();
  }

  static void retire(Handle handle, String path, Kind kind) {
    handle
        .createUpdate(
            "UPDATE inventory_index SET state = 'retiring', since = now()"
                + " WHERE path = :path AND kind = :kind")
        .bind("path", path)
        .bind("kind", kind.word())
        .execute();
  }

  /** Forgets what was given up so long ago that no server relies on it any more. */
  static int forget(Handle handle, Duration grace) {
    return handle
        .createUpdate(
            "DELETE FROM inventory_index WHERE state = 'retiring'"
                + " AND since < now() - make_interval(secs => :grace)")
        .bind("grace", grace.toMillis() / 1000.0)
        .execute();
  }

  /** A document whose facet is older than the set. */
  record Stale(String node, String document, long revision) {}

  static List<Stale> stale(Handle handle, long generation, String after, int most) {
    return handle
        .createQuery(
            """
            SELECT node, doc::text AS doc, revision FROM inventory
            WHERE node > :after AND facet_generation < :generation ORDER BY node LIMIT :most
            """)
        .bind("after", after)
        .bind("generation", generation)
        .bind("most", most)
        .map(
            (row, _) ->
                new Stale(row.getString("node"), row.getString("doc"), row.getLong("revision")))
        .list();
  }

  /** Puts new facets to documents that have not been written since. */
  static void write(Handle handle, List<Stale> documents, List<String> facets, long generation) {
    handle
        .createUpdate(
            """
            UPDATE inventory i SET facet = sent.facet::jsonb, facet_generation = :generation
            FROM unnest(:nodes, :revisions, :facets) AS sent (node, revision, facet)
            WHERE i.node = sent.node AND i.revision = sent.revision
              AND i.facet_generation < :generation
            """)
        .bind("generation", generation)
        .bind("nodes", new TextArray(documents.stream().map(Stale::node).toList()))
        .bind("revisions", new LongArray(documents.stream().map(Stale::revision).toList()))
        .bind("facets", new TextArray(facets))
        .execute();
  }

  /** The oldest set by which some facet was worked out; null without documents. */
  static @Nullable Long oldest(Handle handle) {
    return handle
        .createQuery("SELECT min(facet_generation) FROM inventory")
        .mapTo(Long.class)
        .findOne()
        .orElse(null);
  }

  /** Those of a kind are ready whose values all facets have. */
  static void ready(Handle handle, Kind kind, long generation) {
    handle
        .createUpdate(
            "UPDATE inventory_index SET state = 'ready', since = now()"
                + " WHERE state = 'building' AND kind = :kind AND generation <= :generation")
        .bind("kind", kind.word())
        .bind("generation", generation)
        .execute();
  }
}
