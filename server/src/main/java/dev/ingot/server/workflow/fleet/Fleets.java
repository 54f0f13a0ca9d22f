package dev.ingot.server.workflow.fleet;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.run.RunDoor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The fleet runs' part of the feature. */
public final class Fleets implements AutoCloseable {
  private static final Duration TIDY = Duration.ofMinutes(1);

  private final WakeUps wakeUps;
  private final FleetDesk desk;
  private final FleetEngine engine;
  private final Routes routes;
  private @Nullable Repeating tidying;

  /**
   * @param keep how long one is kept that has ended
   */
  public Fleets(
      Store store,
      WakeUps wakeUps,
      Outbox outbox,
      Audit audit,
      TargetResolver targets,
      RunDoor runs,
      Duration keep) {
    this.wakeUps = wakeUps;
    this.desk = new FleetDesk(runs, targets, audit, outbox, wakeUps);
    this.engine = new FleetEngine(store.engine(), runs, outbox, keep);
    this.routes = new FleetRoutes(store.api(), desk);
  }

  public Routes routes() {
    return routes;
  }

  public FleetDesk desk() {
    return desk;
  }

  /** Begins to move fleet runs, until it is closed. */
  public void start() {
    wakeUps.on(RunDoor.FLEETS, engine::wake);
    engine.start();
    tidying = Repeating.every(TIDY, "fleets-tidy", engine::tidy);
  }

  @Override
  public void close() {
    if (tidying != null) {
      tidying.close();
    }
    engine.close();
  }
}
