package dev.ingot.agent.plugin;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.link.NodeResults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feature on the node: its folder, watched; its schedule; its results. */
public final class Plugins implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Plugins.class);

  /** More files than a folder is quick with. */
  private static final int MOST_RESULTS = 1000;

  private static final long LOOK_MILLIS = 1000;
  private static final long CLOSE_MILLIS = 3000;

  private final PluginFolder folder;
  private final ResultSpool spool;
  private final Timetable timetable;
  private final CollectCapability capability;
  private final Thread thread;
  private final CountDownLatch ends = new CountDownLatch(1);
  private volatile Registered registered;
  private volatile Runnable changed = () -> {};
  private String fingerprint;

  /**
   * Reads the folder; nothing runs before {@link #start}.
   *
   * @param data a folder of the agent's own
   * @throws IOException if that cannot be used
   */
  public Plugins(
      PluginSettings settings,
      Path data,
      Path standard,
      Clock clock,
      LongSupplier monotonicMillis,
      RandomGenerator random)
      throws IOException {
    Path dir = settings.dir();
    folder = new PluginFolder(dir == null ? standard : dir);
    spool =
        ResultSpool.open(data.resolve("results"), settings.spool().bytes(), MOST_RESULTS, random);
    PluginRunner runner = new PluginRunner(spool.origin(), clock, monotonicMillis, random);
    timetable = new Timetable(runner, spool, clock, monotonicMillis, random);
    fingerprint = folder.fingerprint();
    registered = folder.read();
    say(registered);
    capability =
        new CollectCapability(
            () -> registered, String.valueOf(folder.path()), runner, spool, settings.vogeler());
    thread = Thread.ofPlatform().daemon().name("agent-plugins").unstarted(this::work);
  }

  /** What publishes the plugins and runs them. */
  public Capability capability() {
    return capability;
  }

  /** Results that wait for the server. */
  public NodeResults results() {
    return spool;
  }

  /**
   * Begins to watch and to keep the schedule.
   *
   * @param whenChanged run when other plugins are registered than before
   */
  public void start(Runnable whenChanged) {
    changed = whenChanged;
    timetable.are(registered);
    thread.start();
  }

  private void work() {
    try {
      while (!ends.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        look();
        timetable.runDue();
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    } catch (RuntimeException e) {
      log.error("plugins are no longer looked after; the agent must be restarted", e);
    }
  }

  private void look() {
    String now = folder.fingerprint();
    if (now.equals(fingerprint)) {
      return;
    }
    fingerprint = now;
    Registered read = folder.read();
    if (!read.equals(registered)) {
      registered = read;
      say(read);
      timetable.are(read);
      changed.run();
    }
  }

  private void say(Registered read) {
    if (!read.byName().isEmpty()) {
      log.info("plugins of {}: {}", folder.path(), String.join(", ", read.byName().keySet()));
    }
    read.problems()
        .forEach(
            problem ->
                log.warn(
                    "plugins: {}: {}", folder.path().resolve(problem.file()), problem.detail()));
  }

  /** Ends what runs. */
  @Override
  public void close() {
    ends.countDown();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timetable.close();
  }
}
