package dev.ingot.server.workflow.run;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.definition.Definitions;
import dev.ingot.server.workflow.step.StepTypes;
import dev.ingot.server.workflow.step.SubRuns;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The runs' half of the feature: who makes them, moves them and shows them. */
public final class Runs implements AutoCloseable {
  private static final Duration TIDY = Duration.ofMinutes(1);

  private final WakeUps wakeUps;
  private final Jdbi jdbi;
  private final Duration keep;
  private final RunEngine engine;
  private final EventWaker waker;
  private final List<Routes> routes;
  private final StepTypes types;
  private final RunDoor door;
  private @Nullable Repeating tidying;

  /**
   * @param types made of what begins runs below others
   * @param definitions made of the types
   * @param keep how long runs are kept that have ended
   */
  public Runs(
      Store store,
      WakeUps wakeUps,
      EventFeed feed,
      Outbox outbox,
      Audit audit,
      TargetResolver targets,
      String server,
      Duration keep,
      Function<SubRuns, StepTypes> types,
      Function<StepTypes, Definitions> definitions) {
    this.wakeUps = wakeUps;
    this.jdbi = store.engine();
    this.keep = keep;
    LateSubRuns late = new LateSubRuns();
    this.types = types.apply(late);
    Definitions known = definitions.apply(this.types);
    RunStarter starter = new RunStarter(known, wakeUps);
    late.runs = starter;
    this.door = new RunDoor(starter, known, this.types);
    RunParts parts = new RunParts(known, this.types, starter, outbox, server);
    Mover mover = new Mover(parts);
    this.engine = new RunEngine(jdbi, mover, parts);
    this.waker = new EventWaker(feed, jdbi, () -> wakeUps.wake(RunStarter.TOPIC));
    RunDesk desk = new RunDesk(parts, mover, engine, audit, targets);
    this.routes = List.of(new RunRoutes(store.api(), desk, wakeUps));
  }

  public List<Routes> routes() {
    return routes;
  }

  public StepTypes types() {
    return types;
  }

  /** How others of the feature begin runs. */
  public RunDoor door() {
    return door;
  }

  /** Begins to move runs, until it is closed. */
  public void start() {
    wakeUps.on(RunStarter.TOPIC, engine::wake);
    engine.start();
    waker.start();
    tidying = Repeating.every(TIDY, "runs-tidy", this::tidy);
  }

  private void tidy() {
    jdbi.useTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  DELETE FROM run WHERE id IN (
                    SELECT id FROM run WHERE status >= 2
                       AND finished < now() - :seconds * interval '1 second'
                     ORDER BY finished LIMIT 500)
                  """)
              .bind("seconds", keep.toSeconds())
              .execute();
          handle.execute(
              "DELETE FROM run_wake w WHERE NOT EXISTS (SELECT FROM run r WHERE r.id = w.run)");
        });
  }

  /** The runs of a node that is deleted end; what they were stays. */
  public NodeRemoval removal() {
    return (handle, node) ->
        handle
            .createQuery("SELECT id FROM run WHERE node = :node AND status < 2")
            .bind("node", node)
            .mapTo(Long.class)
            .list()
            .forEach(
                run -> {
                  Wakes.cancel(handle, run, "its node was deleted");
                  wakeUps.afterCommit(handle, RunStarter.TOPIC);
                });
  }

  @Override
  public void close() {
    if (tidying != null) {
      tidying.close();
    }
    waker.close();
    engine.close();
  }
}
