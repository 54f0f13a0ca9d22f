package dev.ingot.agent.link;

import dev.ingot.core.IdentityFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives one {@link LinkMachine} over a {@link Carrier}, in a thread of its own. */
public final class LinkRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LinkRunner.class);

  /** How often to look whether frames have left, while some have not. */
  private static final long DRAIN_MILLIS = 5;

  private static final long CLOSE_MILLIS = 1_000;

  private final LinkMachine machine;
  private final Carrier carrier;
  private final Consumer<LinkNews> news;
  private final Consumer<LinkAction.Inspect> inspect;
  private final TaskExecution tasks;
  private final Supplier<String> newKey;
  private final LongSupplier monotonicMillis;
  private final LinkedBlockingQueue<Function<Long, List<LinkAction>>> events =
      new LinkedBlockingQueue<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private final Thread thread;
  private Carrier.@Nullable Connection connection;
  private long dialled;
  private int unsent;
  private boolean ended;

  /**
   * @param news told by the link's thread
   * @param inspect told by the link's thread; must not block
   * @param tasks told by the link's thread; must not block
   * @param newKey makes another key and keeps it
   */
  public LinkRunner(
      LinkMachine machine,
      Carrier carrier,
      Consumer<LinkNews> news,
      Consumer<LinkAction.Inspect> inspect,
      TaskExecution tasks,
      Supplier<String> newKey,
      LongSupplier monotonicMillis) {
    this.machine = machine;
    this.carrier = carrier;
    this.news = news;
    this.inspect = inspect;
    this.tasks = tasks;
    this.newKey = newKey;
    this.monotonicMillis = monotonicMillis;
    this.thread = Thread.ofPlatform().daemon().name("agent-link").unstarted(this::work);
  }

  public void start() {
    thread.start();
  }

  /** An inspection was made. */
  public void sectionsAre(Sections sections, IdentityFacts facts) {
    events.add(
        now -> {
          machine.factsAre(facts);
          return machine.sectionsAre(sections, now);
        });
  }

  /** An inspection that the server asked for was made. */
  public void inspected(long request) {
    events.add(now -> machine.inspected(request, now));
  }

  /**
   * Runs it, in the link's thread, when the server has stored everything that it was told so far.
   */
  public void onceUpToDate(Runnable told) {
    events.add(
        now -> {
          waiting.add(told);
          return List.of();
        });
  }

  /** Something happened to a task, or to what the agent can do. */
  public void tasks(Consumer<LinkTasks> event) {
    events.add(now -> machine.tasks(event, now));
  }

  /** What is said on the node goes to the server; before {@link #start}. */
  public void forward(NodeLog log) {
    machine.logs.forward(log);
    log.tell(ticked());
  }

  /** Results that wait on the node go to the server; before {@link #start}. */
  public void forward(NodeResults results) {
    machine.logs.forward(results);
    results.tell(ticked());
  }

  private Runnable ticked() {
    AtomicBoolean told = new AtomicBoolean();
    return () -> {
      // One event for all that was said until it is looked at.
      if (!told.getAndSet(true)) {
        events.add(
            now -> {
              told.set(false);
              return machine.tick(now);
            });
      }
    };
  }

  private void work() {
    try {
      while (!ended) {
        long now = monotonicMillis.getAsLong();
        long wakeAt = machine.wakeAt();
        long wait = wakeAt <= now ? 0 : wakeAt - now;
        var event =
            events.poll(unsent > 0 ? Math.min(wait, DRAIN_MILLIS) : wait, TimeUnit.MILLISECONDS);
        now = monotonicMillis.getAsLong();
        execute(event != null ? event.apply(now) : machine.tick(now));
        drain(now);
        if (!waiting.isEmpty() && machine.upToDate()) {
          waiting.forEach(Runnable::run);
          waiting.clear();
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    } catch (RuntimeException e) {
      log.error("the link failed and stops; the agent must be restarted", e);
    }
    if (connection != null) {
      connection.close("the agent stops");
    }
  }

  private void drain(long now) {
    while (unsent > 0 && connection != null && connection.drained()) {
      unsent--;
      execute(machine.sent(dialled, now));
    }
  }

  private void execute(List<LinkAction> actions) {
    for (LinkAction action : actions) {
      switch (action) {
        case LinkAction.Dial(long number) -> dial(number);
        case LinkAction.Send(byte[] frame) -> {
          if (connection != null) {
            unsent++;
            connection.send(frame);
          }
        }
        case LinkAction.Close(String reason) -> {
          if (connection != null) {
            connection.close(reason);
            connection = null;
            unsent = 0;
          }
        }
        case LinkAction.Inspect asked -> inspect.accept(asked);
        case LinkAction.MakeKey() -> machine.keyIs(newKey.get());
        case LinkAction.Offered(var offer) -> tasks.offered(offer);
        case LinkAction.Begin(long task, int attempt) -> tasks.begin(task, attempt);
        case LinkAction.CancelTask(long task, int attempt, String reason) ->
            tasks.cancel(task, attempt, reason);
        case LinkAction.Tell(LinkNews told) -> news.accept(told);
      }
    }
  }

  private void dial(long number) {
    dialled = number;
    unsent = 0;
    connection =
        carrier.dial(
            new Carrier.Listener() {
              @Override
              public void opened() {
                events.add(now -> machine.opened(number, now));
              }

              @Override
              public void received(byte[] frame) {
                events.add(now -> machine.received(number, frame, now));
              }

              @Override
              public void closed(String reason) {
                events.add(now -> machine.closed(number, reason, now));
              }
            });
  }

  /** Says goodbye and ends the thread; within a second. */
  @Override
  public void close() {
    events.add(
        now -> {
          ended = true;
          return List.of();
        });
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
