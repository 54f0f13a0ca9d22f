package dev.ingot.agent.plugin;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs plugins at their times, a few at once, none beside itself. Intervals are counted by a
 * monotonic clock and begin at a random moment, so that a fleet that starts together does not run
 * together; times of cron are the node's own.
 */
final class Timetable implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Timetable.class);
  private static final int AT_ONCE = 4;

  /** The first run of an interval comes within this time, if the interval is longer. */
  private static final long FIRST_WITHIN_MILLIS = 60_000;

  private final PluginRunner runner;
  private final ResultSpool spool;
  private final Clock clock;
  private final LongSupplier monotonicMillis;
  private final RandomGenerator random;
  private final Map<String, Due> due = new HashMap<>();
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().daemon().name("agent-plugin-", 0).factory());
  private Instant looked;

  /** A plugin and, for an interval, when it is due. */
  private record Due(Plugin plugin, long millis) {}

  Timetable(
      PluginRunner runner,
      ResultSpool spool,
      Clock clock,
      LongSupplier monotonicMillis,
      RandomGenerator random) {
    this.runner = runner;
    this.spool = spool;
    this.clock = clock;
    this.monotonicMillis = monotonicMillis;
    this.random = random;
    this.looked = clock.instant();
  }

  /** Other plugins are registered; one that is as it was keeps its time. */
  void are(Registered registered) {
    due.keySet().retainAll(registered.byName().keySet());
    for (Plugin plugin : registered.byName().values()) {
      Schedule schedule = plugin.schedule();
      if (schedule == null) {
        due.remove(plugin.name());
        continue;
      }
      Due before = due.get(plugin.name());
      if (before == null || !schedule.equals(before.plugin().schedule())) {
        due.put(plugin.name(), new Due(plugin, first(schedule)));
      } else {
        due.put(plugin.name(), new Due(plugin, before.millis()));
      }
    }
  }

  private long first(Schedule schedule) {
    long within =
        schedule instanceof Schedule.Every(var interval)
            ? Math.min(interval.toMillis(), FIRST_WITHIN_MILLIS)
            : 1;
    return monotonicMillis.getAsLong() + random.nextLong(within);
  }

  /** Begins what is due. */
  void runDue() {
    Instant now = clock.instant();
    // A clock that was set back would otherwise stop everything until it is there again.
    Instant before = looked.isAfter(now) ? now : looked;
    looked = now;
    long millis = monotonicMillis.getAsLong();
    for (Due each : Map.copyOf(due).values()) {
      Plugin plugin = each.plugin();
      switch (plugin.schedule()) {
        case Schedule.Every(var interval) when millis >= each.millis() -> {
          long next = Math.max(each.millis() + interval.toMillis(), millis);
          due.put(plugin.name(), new Due(plugin, next));
          begin(plugin);
        }
        case Schedule.At(Cron cron) when isDue(cron, before, now) -> begin(plugin);
        case Schedule.Every _, Schedule.At _ -> {}
        case null -> {}
      }
    }
  }

  private boolean isDue(Cron cron, Instant before, Instant now) {
    LocalDateTime from = LocalDateTime.ofInstant(before, clock.getZone());
    LocalDateTime to = LocalDateTime.ofInstant(now, clock.getZone());
    return cron.after(from).filter(next -> !next.isAfter(to)).isPresent();
  }

  private void begin(Plugin plugin) {
    if (!running.add(plugin.name())) {
      log.info("plugin {} still runs and is not begun again", plugin.name());
      return;
    }
    threads.execute(
        () -> {
          try {
            spool.keep(runner.run(plugin, null, (stream, bytes, from, length) -> {}));
          } catch (IOException e) {
            log.error("the result of plugin {} cannot be kept", plugin.name(), e);
          } catch (InterruptedException e) {
            log.debug("interrupted: ends", e);
          } finally {
            running.remove(plugin.name());
          }
        });
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
