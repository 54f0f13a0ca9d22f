package dev.ingot.server.workflow.trigger;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import dev.ingot.server.workflow.fleet.FleetDesk;
import dev.ingot.server.workflow.run.RunDoor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The triggers' part of the feature. */
public final class Triggers implements AutoCloseable {
  private static final Duration TIDY = Duration.ofMinutes(1);

  private final TriggerEngine engine;
  private final Routes routes;
  private final Duration keep;
  private @Nullable Repeating tidying;

  /**
   * @param nodes the inventory's filter, whose problems name the field {@code nodes}
   * @param keep how long it is kept what they did
   */
  public Triggers(
      Store store,
      EventFeed feed,
      Outbox outbox,
      Audit audit,
      NodeFilter nodes,
      RunDoor runs,
      FleetDesk fleets,
      Duration keep) {
    this.keep = keep;
    FirstMatches matches = new FirstMatches(nodes);
    TriggerDesk desk = new TriggerDesk(runs, fleets, matches, audit, outbox);
    this.engine =
        new TriggerEngine(store.engine(), feed, new Firing(runs, fleets, audit, outbox), matches);
    this.routes = new TriggerRoutes(store.api(), desk);
  }

  public Routes routes() {
    return routes;
  }

  /** A node that comes again after its deletion is a new one. */
  public NodeRemoval removal() {
    return (handle, node) -> handle.execute("DELETE FROM trigger_node WHERE node = ?", node);
  }

  /** Begins to fire, until it is closed. */
  public void start() {
    engine.start();
    tidying = Repeating.every(TIDY, "triggers-tidy", () -> engine.tidy(keep));
  }

  @Override
  public void close() {
    if (tidying != null) {
      tidying.close();
    }
    engine.close();
  }
}
