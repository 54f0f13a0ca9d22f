package dev.ingot.server.inventory.indexes;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.facet.FacetSource;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.indexes.DeclaredIndex.Kind;
import dev.ingot.server.inventory.indexes.DeclaredIndex.State;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.AdvisoryLock;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The declared paths: the feature's door. */
public final class Indexes implements AutoCloseable {
  /** Each costs every document its values once more, and every write their entries. */
  static final int MOST_PATHS = 200;

  /** Each is up to four btrees that every write of a facet works out, and every plan looks at. */
  static final int MOST_ORDERED = 10;

  private static final Duration TURN = Duration.ofSeconds(5);

  private final Jdbi api;
  private final LivePaths paths;
  private final IndexBuild build;
  private final Audit audit;
  private @Nullable Repeating turns;

  public Indexes(Store store, Audit audit) {
    this.api = store.api();
    this.paths = new LivePaths(store.engine());
    this.build = new IndexBuild(store.engine(), paths);
    this.audit = audit;
    store.afterRestore(paths::forget);
  }

  /** What questions rely on, and what writers write. */
  public FacetSource paths() {
    return paths;
  }

  public Routes routes() {
    return new IndexRoutes(this);
  }

  /** Builds what is declared, in the background. */
  public void start() {
    turns = Repeating.every(TURN, "inventory-indexes", build::turn);
  }

  /** Builds what is declared, now. */
  public void build() {
    build.turn();
  }

  @Override
  public void close() {
    build.stop();
    Repeating running = turns;
    if (running != null) {
      running.close();
    }
  }

  List<DeclaredIndex> list() {
    return api.withHandle(IndexTable::list);
  }

  DeclaredIndex add(Principal who, String path, Kind kind) {
    String text = declarable(path);
    DeclaredIndex added =
        api.inTransaction(
            handle -> {
              // Until this ends nobody writes a document by the set as it was.
              AdvisoryLock.awaitInTransaction(handle, LivePaths.LOCK);
              State known = IndexTable.state(handle, text, kind).orElse(null);
              if (known == State.BUILDING || known == State.READY) {
                throw Problem.conflict(
                    "the path " + text + " is declared already, of the kind " + kind.word());
              }
              if (IndexTable.count(handle) >= MOST_PATHS) {
                throw Problem.conflict(
                    "there are " + MOST_PATHS + " declared paths already; remove one first");
              }
              if (kind != Kind.EQUALITY && ordered(handle) >= MOST_ORDERED) {
                throw Problem.conflict(
                    "there are "
                        + MOST_ORDERED
                        + " paths of the kinds range and prefix already; remove one first");
              }
              IndexTable.add(handle, text, kind, who.name());
              audit.record(handle, who, "index.add", target(text), null, described(text, kind));
              return found(handle, text, kind);
            });
    return added;
  }

  void remove(Principal who, String path, Kind kind) {
    api.useTransaction(
        handle -> {
          AdvisoryLock.awaitInTransaction(handle, LivePaths.LOCK);
          State known = IndexTable.state(handle, path, kind).orElse(null);
          if (known == null || known == State.RETIRING) {
            throw Problem.notFound(
                "no index of " + path + " of the kind " + kind.word() + " is declared");
          }
          IndexTable.retire(handle, path, kind);
          audit.record(handle, who, "index.remove", target(path), described(path, kind), null);
        });
    paths.refresh();
  }

  private static long ordered(Handle handle) {
    return IndexTable.rows(handle).stream()
        .filter(row -> row.kind() != Kind.EQUALITY && row.state() != State.RETIRING)
        .count();
  }

  private static String declarable(String path) {
    FieldPath read = FieldPath.parse(path, "path");
    if (read.hasIndex()) {
      throw Problem.invalid(
          "path",
          "a declared path has no array indexes: " + read.withoutIndexes() + " serves them");
    }
    if (List.of("node", "mercury_id").contains(read.first())) {
      throw Problem.invalid("path", "what stands beside the document has indexes of its own");
    }
    if (path.indexOf('#') >= 0) {
      throw Problem.invalid("path", "a declared path has no #");
    }
    return read.toString();
  }

  private static DeclaredIndex found(Handle handle, String path, Kind kind) {
    return IndexTable.list(handle).stream()
        .filter(index -> index.path().equals(path) && index.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  private static String target(String path) {
    return "index:" + path;
  }

  private static ObjectNode described(String path, Kind kind) {
    return JsonNodeFactory.instance.objectNode().put("path", path).put("kind", kind.word());
  }
}
