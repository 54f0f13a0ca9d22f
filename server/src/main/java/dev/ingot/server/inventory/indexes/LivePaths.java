package dev.ingot.server.inventory.indexes;

import dev.ingot.server.inventory.facet.FacetSource;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.indexes.DeclaredIndex.Kind;
import dev.ingot.server.inventory.indexes.DeclaredIndex.State;
import dev.ingot.server.store.AdvisoryLock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The declared paths as the database has them. Questions ask a copy that is never older than {@link
 * #OLDEST}; a path that is given up stays in all facets for longer than that and a question's
 * longest time together. Writers read the set in their own transaction, under a lock that keeps it
 * as it is.
 */
final class LivePaths implements FacetSource {
  /** Who declares a path has it alone, who writes documents shares it. */
  static final String LOCK = "inventory-index-set";

  static final Duration OLDEST = Duration.ofSeconds(20);

  private final Jdbi jdbi;
  private volatile @Nullable Copy copy;
  private volatile @Nullable Written written;

  private record Copy(Facets facets, long read) {}

  LivePaths(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public Facets asked() {
    Copy known = copy;
    if (known == null || System.nanoTime() - known.read > OLDEST.toNanos()) {
      return refresh();
    }
    return known.facets;
  }

  /** Reads the set anew. */
  Facets refresh() {
    long now = System.nanoTime(); // before it is read: the copy is at least as young
    Facets facets = jdbi.withHandle(handle -> facets(handle, row -> row.state() == State.READY));
    copy = new Copy(facets, now);
    return facets;
  }

  /** The database is another one. */
  void forget() {
    copy = null;
    written = null;
  }

  @Override
  public Written written(Handle handle) {
    long generation = AdvisoryLock.shareAndAsk(handle, LOCK, IndexTable.GENERATION);
    Written known = written;
    if (known == null || known.generation() != generation) {
      known = new Written(facets(handle, _ -> true), generation);
      written = known;
    }
    return known;
  }

  private static Facets facets(Handle handle, Predicate<IndexTable.Row> which) {
    List<IndexTable.Row> rows = IndexTable.rows(handle).stream().filter(which).toList();
    return new Facets(
        paths(rows, _ -> true), paths(rows, Kind::ordersNumbers), paths(rows, Kind::ordersTexts));
  }

  private static List<String> paths(List<IndexTable.Row> rows, Predicate<Kind> which) {
    return rows.stream()
        .filter(row -> which.test(row.kind()))
        .map(IndexTable.Row::path)
        .distinct()
        .toList();
  }
}
