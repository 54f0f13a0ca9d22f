package dev.ingot.server.inventory.indexes;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.facet.FacetSource;
import dev.ingot.server.inventory.indexes.DeclaredIndex.Kind;
import dev.ingot.server.inventory.indexes.DeclaredIndex.State;
import dev.ingot.server.store.AdvisoryLock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out facets anew when a path was declared, some documents per transaction. Each document
 * says by which set its facet was made, so that a turn that ends in the middle is gone on with by
 * the next one. One process does it at a time.
 */
final class IndexBuild {
  private static final Logger log = LoggerFactory.getLogger(IndexBuild.class);
  private static final int AT_ONCE = 100;

  /** Longer than a server relies on its copy of the set and a question takes. */
  private static final Duration GRACE = Duration.ofMinutes(2);

  private final Jdbi jdbi;
  private final LivePaths paths;
  private volatile boolean stopping;

  IndexBuild(Jdbi jdbi, LivePaths paths) {
    this.jdbi = jdbi;
    this.paths = paths;
  }

  /** One turn: everything that there is to do, unless another process is at it. */
  void turn() {
    paths.refresh();
    jdbi.useHandle(
        handle -> {
          IndexTable.forget(handle, GRACE);
          if (!isBuilding(handle) && OrderedIndexes.areRight(handle)) {
            return;
          }
          Optional<AdvisoryLock> lock = AdvisoryLock.ofSession(handle, "inventory-index-build");
          if (lock.isPresent()) {
            try (AdvisoryLock _ = lock.get()) {
              build(handle);
            }
          }
        });
    paths.refresh();
  }

  void stop() {
    stopping = true;
  }

  private static boolean isBuilding(Handle handle) {
    return IndexTable.rows(handle).stream().anyMatch(row -> row.state() == State.BUILDING);
  }

  private void build(Handle handle) {
    FacetSource.Written set = handle.inTransaction(paths::written);
    String after = "";
    while (!stopping) {
      String from = after;
      String last = handle.inTransaction(_ -> batch(handle, set, from));
      if (last.isEmpty()) {
        break;
      }
      after = last;
    }
    // Nothing older can come: who writes by an older set does so before the newer one is there.
    Long oldest = IndexTable.oldest(handle);
    if (!stopping && (oldest == null || oldest >= set.generation())) {
      IndexTable.ready(handle, Kind.EQUALITY, set.generation());
      // After the facets: until then there is nothing in them to put in order.
      OrderedIndexes.make(handle);
      IndexTable.ready(handle, Kind.RANGE, set.generation());
      IndexTable.ready(handle, Kind.PREFIX, set.generation());
      log.info("declared paths are built, set {}", set.generation());
    }
  }

  /** Returns the last node that it did, empty when there was none left. */
  private static String batch(Handle handle, FacetSource.Written set, String after) {
    List<IndexTable.Stale> documents = IndexTable.stale(handle, set.generation(), after, AT_ONCE);
    if (documents.isEmpty()) {
      return "";
    }
    IndexTable.write(
        handle,
        documents,
        documents.stream()
            .map(one -> Json.write(set.facets().of(Json.read(one.document()))))
            .toList(),
        set.generation());
    return documents.getLast().node();
  }
}
