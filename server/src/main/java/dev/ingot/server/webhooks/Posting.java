package dev.ingot.server.webhooks;

import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.webhooks.Progress.Held;
import dev.ingot.server.webhooks.Progress.LeaseLost;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends for one webhook until it is closed or the webhook is no longer ours. One thread reads
 * events, one per busy lane sends them, a few requests at a time; {@link Retries} sends again what
 * failed.
 */
final class Posting implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Posting.class);
  private static final int AT_ONCE = 4;
  private static final int READ = 200;

  /** Further behind than this, events come from the table and may be gone from it. */
  private static final int FAR_BEHIND = 1000;

  private static final Duration SAVE = Duration.ofMillis(250);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Held held;
  private final Tools tools;
  private final Ledger ledger;
  private final Lanes lanes;
  private final Pulse pulse;
  private final Waits waits = new Waits();
  private final Retries retries;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final CountDownLatch over = new CountDownLatch(1);
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private long saved = System.nanoTime();
  private @Nullable String complaint;

  Posting(Held held, Tools tools) {
    this.held = held;
    this.tools = tools;
    this.ledger = new Ledger(held, tools);
    this.lanes =
        new Lanes(ledger, held.hook().batch(), tools.settings().backlog(), held.position());
    this.pulse = new Pulse(tools.settings().firstPause());
    this.retries = new Retries(held, tools, ledger, lanes, pulse, this);
  }

  /** Starts its threads; {@link #close} stops them. */
  void start() {
    thread("read", this::read);
  }

  /** Runs something until it ends or it is told to stop. */
  void thread(String what, Task task) {
    Thread.ofVirtual()
        .name("webhook-" + held.hook().name() + "-" + what)
        .start(
            () -> {
              threads.add(Thread.currentThread());
              try {
                task.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closing
              } catch (LeaseLost e) {
                end();
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
  }

  /** What a thread does. */
  interface Task {
    void run() throws InterruptedException;
  }

  Held held() {
    return held;
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  boolean isDown() {
    return pulse.isDown();
  }

  @Nullable Instant oldest() {
    return lanes.oldest();
  }

  /** Something was put aside by others, or is due. */
  void look() {
    retries.wake();
  }

  Waits waits() {
    return waits;
  }

  /** Waits, unless it is over. */
  void pause(Duration time) throws InterruptedException {
    if (over.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("stopping");
    }
  }

  /** Does what must be done in the database, however long that is away. */
  void persist(Runnable change) throws InterruptedException {
    while (true) {
      try {
        change.run();
        return;
      } catch (Problem | JdbiException e) {
        complain("what became of events cannot be written", e);
        pause(PAUSE);
      }
    }
  }

  private void complain(String what, RuntimeException e) {
    String why = what + ": " + e.getMessage();
    if (!why.equals(complaint)) {
      LOG.warn("webhook {}: {}", held.hook().name(), why);
    }
    complaint = why;
  }

  private void read() throws InterruptedException {
    persist(
        () ->
            tools
                .jdbi()
                .useHandle(
                    handle ->
                        lanes.restore(
                            WaitingTable.lanes(handle, held.hook().id()),
                            WaitingTable.count(handle, held.hook().id()))));
    thread("retry", retries::run);
    long position = held.position();
    while (!isOver()) {
      try {
        position = step(position);
        saveInTime();
        complaint = null;
      } catch (Problem e) {
        complain("events cannot be chosen", e);
        persist(
            () ->
                tools
                    .jdbi()
                    .useHandle(handle -> Progress.complain(handle, held, "nodes: " + e.detail())));
        pause(PAUSE);
      } catch (JdbiException e) {
        complain("events cannot be read", e);
        pause(PAUSE);
      }
    }
  }

  /** Reads what is next, if there is room for it; where to go on from. */
  private long step(long position) throws InterruptedException {
    EventFeed feed = tools.feed();
    boolean news = ledger.hasNews() || ledger.isBehind(lanes.position());
    if (!waits.on(() -> lanes.awaitRoom(SAVE))) {
      return position;
    }
    long from = position;
    waits.on(
        () -> {
          feed.await(from, news ? SAVE : IDLE, this::isOver);
          return from;
        });
    EventFeed.Batch batch = feed.after(position, held.hook().wanted().filter(), READ);
    if (feed.last() - position > FAR_BEHIND || feed.last() < position) {
      EventFeed.Start start = feed.from(position);
      if (start.gone()) {
        ledger.lose(position, start.position());
        lanes.offer(List.of(), start.position());
        LOG.warn(
            "webhook {}: events from {} to {} are no longer kept and were not sent",
            held.hook().name(),
            position + 1,
            start.position());
        return start.position();
      }
    }
    lanes.offer(chosen(batch.events()), batch.position()).forEach(this::send);
    return batch.position();
  }

  private List<Event> chosen(List<Event> events) {
    List<Event> wanted = events.stream().filter(this::isWanted).toList();
    return held.hook().nodes() == null || wanted.isEmpty()
        ? wanted
        : tools.match().of(tools.jdbi(), held.hook().nodes(), wanted);
  }

  /** A webhook hears nothing of itself, or it would never be silent. */
  private boolean isWanted(Event event) {
    boolean ofItself = event.type().equals("webhook") && event.typeId().equals(held.hook().name());
    return !ofItself && held.hook().wanted().admits(event);
  }

  private void saveInTime() {
    long now = System.nanoTime();
    long since = now - saved;
    long settled = lanes.position();
    if ((ledger.hasNews() && since > SAVE.toNanos())
        || (ledger.isBehind(settled) && since > IDLE.toNanos())) {
      ledger.save(settled);
      saved = now;
    }
  }

  private void send(String key) {
    thread("send", () -> work(key));
  }

  /** Sends what is in a queue, in order, until it is empty. */
  private void work(String key) throws InterruptedException {
    boolean more = true;
    while (more) {
      waits.on(
          () -> {
            permits.acquire();
            return key;
          });
      try {
        more = sendNext(key);
      } finally {
        permits.release();
      }
    }
  }

  private boolean sendNext(String key) throws InterruptedException {
    waits.on(
        () -> {
          pulse.enter();
          return key;
        });
    List<Event> events = lanes.next(key);
    if (events.isEmpty()) {
      pulse.left();
      return false;
    }
    Outcome outcome = post(events, 1);
    told(WaitingTable.Waiting.lane(events.getFirst()), outcome);
    switch (outcome.kind()) {
      case DELIVERED -> {
        ledger.note(events, 1, "delivered", outcome);
        lanes.settle(events);
      }
      case REFUSED -> {
        if (events.size() == 1) {
          ledger.note(events, 1, "dead", outcome);
          persist(() -> ledger.bury(events.getFirst(), outcome, why(outcome)));
          lanes.settle(events);
        } else {
          // Which of them was refused nobody says: each is sent by itself.
          ledger.note(events, 1, "failed", outcome);
          persist(() -> lanes.park(key, events, outcome, Duration.ZERO));
          retries.wake();
        }
      }
      case FAILED -> {
        ledger.note(events, 1, "failed", outcome);
        Duration pause = tools.pause(1, outcome.retryAfter());
        persist(() -> lanes.park(key, events, outcome, pause));
        retries.wake();
      }
    }
    return true;
  }

  /** One request. */
  Outcome post(List<Event> events, int attempt) throws InterruptedException {
    return waits.on(() -> tools.sender().send(held.hook(), held.secret(), events, attempt));
  }

  /** Takes note of how the receiver is; when it is back, all that waits is due. */
  void told(String lane, Outcome outcome) throws InterruptedException {
    if (pulse.told(lane, outcome)) {
      persist(ledger::hurry);
      retries.wake();
    }
  }

  static String why(Outcome outcome) {
    return String.valueOf(outcome.reason());
  }

  private void end() {
    over.countDown();
    waits.end();
    tools.feed().signal();
    retries.wake();
  }

  /** Lets what is being written be written; requests under way are cut, and sent again later. */
  @Override
  public void close() {
    stop();
    try {
      ledger.save(lanes.position());
    } catch (LeaseLost e) {
      LOG.debug("{}", e.getMessage());
    } catch (Problem | JdbiException e) {
      LOG.debug("webhook {}: the last of its progress is not written", held.hook().name(), e);
    }
  }

  /** Ends without a word: what we know of the database is of another one than it is now. */
  void stop() {
    end();
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Thread thread : threads) {
        if (!thread.equals(Thread.currentThread())) {
          thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
