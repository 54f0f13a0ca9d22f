package dev.ingot.agent.watch;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps {@link LldpNeighbours} up to date, in a thread of its own. */
public final class LldpWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LldpWatch.class);
  private static final long LOOK_MILLIS = 5_000;

  private final LldpReceiver receiver;
  private final LldpNeighbours neighbours;
  private final long settledMillis;
  private final LongSupplier monotonicMillis;
  private final Runnable changed;
  private final Thread thread;

  private LldpWatch(
      LldpReceiver receiver,
      LldpNeighbours neighbours,
      long settledMillis,
      LongSupplier monotonicMillis,
      Runnable changed) {
    this.settledMillis = settledMillis;
    this.receiver = receiver;
    this.neighbours = neighbours;
    this.monotonicMillis = monotonicMillis;
    this.changed = changed;
    this.thread = Thread.ofPlatform().daemon().name("agent-lldp").unstarted(this::work);
  }

  /**
   * Begins to listen.
   *
   * @param settledMillis after which every neighbour has spoken that there is; then it is told once
   * @param changed told when the neighbours are others than before; must not block
   * @throws IOException if that is not permitted
   */
  public static LldpWatch start(
      LldpNeighbours neighbours, long settledMillis, LongSupplier monotonicMillis, Runnable changed)
      throws IOException {
    LldpWatch watch =
        new LldpWatch(LldpReceiver.open(), neighbours, settledMillis, monotonicMillis, changed);
    watch.thread.start();
    return watch;
  }

  private void work() {
    long started = monotonicMillis.getAsLong();
    long looked = started;
    boolean settled = false;
    try {
      while (true) {
        LldpReceiver.Heard heard = receiver.receive();
        long now = monotonicMillis.getAsLong();
        boolean news = heard != null && neighbours.heard(heard.port(), heard.frame(), now);
        boolean late = !settled && now - started >= settledMillis;
        settled |= late;
        if (news | late | neighbours.forget(now)) {
          changed.run();
        }
        if (now - looked >= LOOK_MILLIS) {
          looked = now;
          receiver.look();
        }
      }
    } catch (ClosedChannelException e) {
      log.debug("closed: ends", e);
    } catch (IOException e) {
      log.warn("neighbours are heard of no more until the agent starts anew: {}", e.getMessage());
    }
  }

  /**
   * Listens for a while, or until somebody was heard at each port with link.
   *
   * @throws IOException if that is not permitted
   */
  public static LldpNeighbours listen(Duration most, LongSupplier monotonicMillis)
      throws IOException, InterruptedException {
    LldpNeighbours neighbours = new LldpNeighbours();
    try (LldpReceiver receiver = LldpReceiver.open()) {
      long until = monotonicMillis.getAsLong() + most.toMillis();
      while (monotonicMillis.getAsLong() < until && !neighbours.areHeardAtAllPortsWithLink()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LldpReceiver.Heard heard = receiver.receive();
        if (heard != null) {
          neighbours.heard(heard.port(), heard.frame(), monotonicMillis.getAsLong());
        }
      }
    }
    return neighbours;
  }

  @Override
  public void close() {
    receiver.close();
  }
}
