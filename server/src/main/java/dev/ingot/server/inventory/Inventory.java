package dev.ingot.server.inventory;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.aggregate.AggregateRoutes;
import dev.ingot.server.inventory.aggregate.Aggregations;
import dev.ingot.server.inventory.facet.FacetSource;
import dev.ingot.server.inventory.history.HistoryRemoval;
import dev.ingot.server.inventory.history.HistoryRoutes;
import dev.ingot.server.inventory.history.Journal;
import dev.ingot.server.inventory.indexes.Indexes;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.NodeSight;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.store.AppendOnlyTable;
import dev.ingot.server.store.Store;
import java.util.List;

/** The feature: its doors, made once. */
public final class Inventory {
  /** What was before each change of a document. */
  public static final AppendOnlyTable HISTORY = Journal.HISTORY;

  private final Store store;
  private final Indexes indexes;
  private final Queries queries;
  private final Aggregations aggregations;
  private final DocumentStore writer;
  private final ImportStore imports;
  private final MergedImports mergedImports;

  public Inventory(Store store, Outbox outbox, InventorySettings settings) {
    this(store, outbox, new AuditTable(), settings);
  }

  public Inventory(Store store, Outbox outbox, Audit audit, InventorySettings settings) {
    this.store = store;
    this.indexes = new Indexes(store, audit);
    FacetSource paths = indexes.paths();
    this.queries = new Queries(paths::asked, settings.queryLimit());
    this.aggregations = new Aggregations(store.api(), queries, settings.queryLimit());
    DocumentTables tables = new DocumentTables(paths);
    DocumentCommit commit =
        new DocumentCommit(tables, outbox, new Precedence(settings.precedence()));
    this.writer = new DocumentStore(store.ingest(), tables, commit);
    this.imports = new ImportStore(tables, commit, outbox, audit);
    this.mergedImports = new MergedImports(tables, commit);
    store.afterRestore(writer::forget);
  }

  /** For the features that ask the inventory in other ways. */
  public Queries queries() {
    return queries;
  }

  /** Where agents' sections go. */
  public InventoryWriter writer() {
    return writer;
  }

  /** For targets: the nodes that a JSON filter matches. */
  public NodeFilter filter() {
    return filter("on");
  }

  /** The same for a filter that was sent as another field, which problems name. */
  public NodeFilter filter(String field) {
    return (handle, principal, filter) ->
        queries.matching(handle, filter, field, PathAccess.of(principal));
  }

  /** For whoever comes to a node: which nodes somebody may see. */
  public NodeSight sight() {
    return (handle, principal, ids) -> queries.visible(handle, ids, PathAccess.of(principal));
  }

  /** What becomes of a node's history; its document goes by its foreign key. */
  public NodeRemoval removal() {
    return new HistoryRemoval();
  }

  /** What becomes of that which people wrote of a node; after its history. */
  public NodeRemoval importRemoval() {
    return mergedImports;
  }

  /** Changes, differences, parts. */
  public Routes history(VisibleNodes visible) {
    return new HistoryRoutes(store.api(), visible);
  }

  /** What people write, one node at a time and many, and how they take it all out again. */
  public Routes importRoutes(TargetResolver targets, VisibleNodes visible) {
    List<Routes> parts =
        List.of(
            new ImportRoutes(store.api(), imports, visible),
            new BulkRoutes(store.api(), imports, visible),
            new ExportRoutes(store.api(), queries, targets));
    return routes -> parts.forEach(part -> part.addTo(routes));
  }

  public Routes routes(TargetResolver targets, VisibleNodes visible) {
    return new InventoryRoutes(store.api(), queries, targets, visible);
  }

  /** The declared paths; built while it is started. */
  public Indexes indexes() {
    return indexes;
  }

  public Aggregations aggregations() {
    return aggregations;
  }

  /** Pipelines and distinct values. */
  public Routes aggregateRoutes() {
    return new AggregateRoutes(aggregations);
  }
}
