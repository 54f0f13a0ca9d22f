package dev.ingot.server.logs;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.DiskPressure;
import dev.ingot.server.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records go: whoever has some gives them and goes on, one thread stores what has gathered,
 * thousands in a transaction. What cannot be taken is counted and told, by a record of its own.
 */
public final class LogStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogStore.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The source of records about records. */
  private static final String SOURCE = "ingot";

  private final Jdbi jdbi;
  private final DiskPressure disk;
  private final Runnable stored;
  private final LogBuffer buffer = new LogBuffer();
  private final LongAdder records = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder untold = new LongAdder();
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable String complaint;
  private @Nullable Thread thread;

  /**
   * @param stored called after each commit
   */
  LogStore(Store store, Runnable stored) {
    this.jdbi = store.ingest();
    this.disk = store.diskPressure();
    this.stored = stored;
  }

  /** Starts its thread; {@link #close} stops it. */
  void start() {
    thread = Thread.ofVirtual().name("logs").start(this::run);
  }

  /**
   * Takes records to be stored soon; never waits. False when there is no room for them: they are
   * dropped then, which is counted and told.
   */
  public boolean append(List<LogRecord> batch) {
    if (buffer.offer(LogBatch.of(batch), false)) {
      return true;
    }
    drop(batch.size());
    return false;
  }

  /**
   * Takes a batch of a sender that bounds what it has under way, and waits for it to be settled.
   */
  public void append(LogBatch batch) {
    if (!buffer.offer(batch, true)) {
      LOG.debug("stopping: a batch of {} records is left to its sender", batch.records().size());
    }
  }

  private void drop(long number) {
    dropped.add(number);
    untold.add(number);
  }

  long records() {
    return records.sum();
  }

  long dropped() {
    return dropped.sum();
  }

  private void run() {
    try {
      List<LogBatch> batches = buffer.take();
      while (!batches.isEmpty()) {
        store(batches);
        batches = buffer.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private void store(List<LogBatch> batches) throws InterruptedException {
    if (disk.level() != DiskPressure.Level.NORMAL) {
      batches.forEach(batch -> drop(batch.records().size()));
      batches.forEach(batch -> batch.settled().run());
      return;
    }
    while (true) {
      try {
        long told = untold.sum();
        records.add(jdbi.inTransaction(handle -> LogTable.store(handle, with(batches, told))));
        untold.add(-told);
        complaint = null;
        batches.forEach(batch -> batch.settled().run());
        stored.run();
        return;
      } catch (LogTable.LogFailure e) {
        if (e.isOfContent()) {
          oneByOne(batches, e);
          return;
        }
        complain(e);
      } catch (Problem | JdbiException e) {
        complain(e);
      }
      if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopping without the database");
      }
    }
  }

  /** One of them cannot be stored: the others are. */
  private void oneByOne(List<LogBatch> batches, LogTable.LogFailure why)
      throws InterruptedException {
    if (batches.size() == 1) {
      LOG.warn(
          "{} log records cannot be stored: {}",
          batches.getFirst().records().size(),
          why.getMessage());
      drop(batches.getFirst().records().size());
      batches.getFirst().settled().run();
      return;
    }
    for (LogBatch batch : batches) {
      store(List.of(batch));
    }
  }

  private static List<LogBatch> with(List<LogBatch> batches, long told) {
    if (told == 0) {
      return batches;
    }
    LogRecord record =
        new LogRecord(
            null,
            null,
            null,
            null,
            SOURCE,
            LogSeverity.WARNING,
            told + " log records were dropped: they came faster than they could be stored",
            null);
    return Stream.concat(batches.stream(), Stream.of(LogBatch.of(List.of(record)))).toList();
  }

  private void complain(RuntimeException e) {
    if (complaint == null) {
      LOG.warn("log records wait for the database: {}", e.getMessage());
    }
    complaint = e.getMessage();
  }

  /** Stores what has gathered, for five seconds. */
  @Override
  public void close() {
    buffer.close();
    Thread running = thread;
    if (running == null) {
      return;
    }
    try {
      if (complaint != null || !running.join(PATIENCE)) {
        closing.countDown();
        running.join(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
