package dev.ingot.server.resources.claim;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.Kinds;
import dev.ingot.server.resources.stock.Stock;
import dev.ingot.server.store.WakeUps;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;

/** Claims, made once. */
public final class ClaimFeature implements AutoCloseable {
  private final List<ReclaimHook> hooks;
  private final GroupCommit<Admission.Question, Claims.Made> group;
  private final ClaimDesk desk;
  private final ClaimKeeper keeper;

  /**
   * @param hooks what runs before released resources are free; filled by features above
   */
  public ClaimFeature(
      Jdbi api,
      Jdbi engine,
      Kinds kinds,
      Queries queries,
      Stock stock,
      Stock.Freed freed,
      Audit audit,
      Outbox outbox,
      Duration warning,
      RandomGenerator random,
      List<ReclaimHook> hooks) {
    this.hooks = hooks;
    Tidings tidings = new Tidings(audit, outbox);
    Claims claims = new Claims(queries, tidings, warning, random);
    Turns turns = new Turns(claims);
    Releases releases = new Releases(tidings, () -> hooks, freed, turns);
    this.group =
        new GroupCommit<>(
            api,
            new Admission(
                claims,
                new GroupTaking(warning),
                new GroupRelease(kinds, releases, tidings, freed, turns),
                tidings,
                random));
    this.desk = new ClaimDesk(kinds, claims, releases, tidings, stock, warning, group);
    this.keeper = new ClaimKeeper(engine, kinds, claims, releases, tidings);
  }

  /** Hooks to be filled, and looked at when a kind is declared. */
  public static List<ReclaimHook> hooks() {
    return new CopyOnWriteArrayList<>();
  }

  /** Refuses a kind whose reclaiming nobody knows. */
  public static void check(Kind kind, List<ReclaimHook> hooks) {
    String reclaim = kind.reclaim();
    if (reclaim != null && hooks.stream().noneMatch(hook -> hook.knows(reclaim))) {
      throw Problem.invalid(
          "release.reclaim", "nothing that this server can run is called " + reclaim);
    }
  }

  public void reclaimWith(ReclaimHook hook) {
    hooks.add(hook);
  }

  public ClaimDesk desk() {
    return desk;
  }

  /** Starts what happens by itself, until it is closed. */
  public void start(WakeUps wakeUps) {
    group.start();
    keeper.start(wakeUps);
  }

  @Override
  public void close() {
    keeper.close();
    group.close();
  }
}
