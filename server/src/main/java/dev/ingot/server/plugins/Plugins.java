package dev.ingot.server.plugins;

import dev.ingot.server.agents.PluginDesk;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.store.AppendOnlyTable;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The feature: its doors, made once. */
public final class Plugins implements AutoCloseable {
  /** Every run; kept within a budget. */
  public static final AppendOnlyTable HISTORY = ResultTable.HISTORY;

  private static final Duration TIDY = Duration.ofHours(1);

  private final Store store;
  private final ResultKeeper keeper;
  private final Routes routes;
  private @Nullable Repeating tidying;

  public Plugins(Store store, Outbox outbox, TargetResolver targets, VisibleNodes visible) {
    this.store = store;
    this.keeper = new ResultKeeper(store.ingest(), outbox);
    this.routes = new PluginRoutes(store.api(), targets, visible);
  }

  public void start() {
    keeper.start();
    tidying =
        Repeating.every(
            TIDY, "plugins-tidy", () -> store.engine().useTransaction(ResultTable::tidy));
  }

  /** Where results of agents go. */
  public PluginDesk desk() {
    return keeper;
  }

  public Routes routes() {
    return routes;
  }

  /**
   * A result of a peer that is no agent of ours is to be stored; never blocks.
   *
   * @param stored run when it is, or cannot be
   */
  public void arrived(ArrivedResult result, Runnable stored) {
    keeper.arrived(result, stored);
  }

  /** Tells a feature above what is stored; before {@link #start}. */
  public void watch(StoredResults watcher) {
    keeper.watch(watcher);
  }

  /** Results go with their node, or to the node that it turned out to be. */
  public NodeRemoval removal() {
    return new NodeRemoval() {
      @Override
      public void removing(Handle handle, String nodeId) {
        ResultTable.remove(handle, nodeId);
      }

      @Override
      public void merging(Handle handle, String from, String into) {
        ResultTable.merge(handle, from, into);
      }
    };
  }

  @Override
  public void close() {
    if (tidying != null) {
      tidying.close();
    }
    keeper.close();
  }
}
