package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.netboot.syslog.SourceLimit;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.store.AppendOnlyTable;
import dev.ingot.server.store.DiskPressure;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evidence: what happened is taken without waiting, and one thread stores what has gathered,
 * with its events. A flood is not evidence: what does not fit is dropped and counted.
 */
final class BootRecords implements AutoCloseable {
  static final AppendOnlyTable TABLE =
      new AppendOnlyTable("boot_record", "at", Duration.ofDays(30), 1L << 30);
  private static final Logger LOG = LoggerFactory.getLogger(BootRecords.class);
  private static final int ROOM = 20_000;
  private static final int MOST_AT_ONCE = 1000;
  private static final int STRANGERS_A_SECOND = 500;
  private static final InetAddress STRANGERS = InetAddress.getLoopbackAddress();
  private static final Set<String> WARNINGS =
      Set.of("file-failed", "script-failed", "script-withheld");

  private final Jdbi jdbi;
  private final DiskPressure disk;
  private final Outbox outbox;
  private final BlockingQueue<BootRecord> waiting = new ArrayBlockingQueue<>(ROOM);
  private final LongAdder dropped = new LongAdder();
  private final SourceLimit strangers = new SourceLimit(STRANGERS_A_SECOND);
  private final LongSupplier milliseconds;
  private volatile boolean closed;
  private @Nullable Thread thread;
  private long taken;
  private long dealtWith;
  private long sightings;

  BootRecords(Jdbi jdbi, DiskPressure disk, Outbox outbox, LongSupplier milliseconds) {
    this.milliseconds = milliseconds;
    this.jdbi = jdbi;
    this.disk = disk;
    this.outbox = outbox;
  }

  void start() {
    thread = Thread.ofVirtual().name("boot-records").start(this::run);
  }

  /**
   * Never waits. Of machines that nobody knows only so many a second are taken: anybody can make
   * them up.
   */
  void add(BootRecord happened) {
    if (isWanted(happened.node())) {
      take(happened);
    }
  }

  /** Whether one more is taken of a node, or of a machine that nobody knows; then {@link #take}. */
  boolean isWanted(@Nullable String node) {
    boolean wanted = node != null || strangers.allows(STRANGERS, milliseconds.getAsLong() / 1000);
    if (!wanted) {
      dropped.increment();
    }
    return wanted;
  }

  void take(BootRecord happened) {
    synchronized (waiting) {
      if (waiting.offer(happened)) {
        taken++;
        if (happened.sighting() != null && happened.sighting().address() != null) {
          sightings++;
        }
      } else {
        dropped.increment();
      }
    }
  }

  /** Waits until what was taken so far is stored, but not for longer than that. */
  void settle(Duration most) {
    long until = milliseconds.getAsLong() + most.toMillis();
    synchronized (waiting) {
      long wanted = taken;
      try {
        for (long left = most.toMillis();
            dealtWith < wanted && left > 0;
            left = until - milliseconds.getAsLong()) {
          waiting.wait(left);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** How many records that were taken said who has an address. */
  long sightings() {
    synchronized (waiting) {
      return sightings;
    }
  }

  private void settled(int number) {
    synchronized (waiting) {
      dealtWith += number;
      waiting.notifyAll();
    }
  }

  long dropped() {
    return dropped.sum();
  }

  private void run() { // ends when it is closed and nothing is left
    List<BootRecord> batch = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        BootRecord first = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          waiting.drainTo(batch, MOST_AT_ONCE - 1);
          store(batch);
        }
      } catch (InterruptedException stopped) {
        return;
      } catch (JdbiException trouble) {
        dropped.add(batch.size());
        LOG.warn("{} records of boots could not be stored: {}", batch.size(), trouble.getMessage());
      }
      settled(batch.size());
      batch.clear();
    }
  }

  private void store(List<BootRecord> batch) {
    if (disk.level() != DiskPressure.Level.NORMAL) {
      dropped.add(batch.size());
      return;
    }
    jdbi.useTransaction(
        handle -> {
          insert(handle, batch);
          BootPorts.saw(handle, batch);
          outbox.appendAll(
              handle, batch.stream().filter(BootRecord::event).map(BootRecords::event).toList());
        });
  }

  private static void insert(Handle handle, List<BootRecord> batch) {
    PreparedBatch insert =
        handle.prepareBatch(
            """
            INSERT INTO boot_record (mac, node, network, kind, text, data)
            VALUES (:mac, :node, :network, :kind, :text, :data::jsonb)
            """);
    for (BootRecord happened : batch) {
      insert
          .bind("mac", happened.mac())
          .bind("node", happened.node())
          .bind("network", happened.network())
          .bind("kind", happened.kind())
          .bind("text", happened.text().replace('\0', '\ufffd'))
          .bind("data", Json.write(happened.data()).replace("\\u0000", "\\ufffd"))
          .add();
    }
    insert.execute();
  }

  private static NewEvent event(BootRecord happened) {
    String about = happened.mac() == null ? "unknown" : happened.mac();
    return new NewEvent(
        "boot",
        happened.kind(),
        WARNINGS.contains(happened.kind()) ? Severity.WARNING : Severity.INFORMATION,
        about,
        happened.node(),
        happened.data());
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      try {
        if (!running.join(Duration.ofSeconds(3))) {
          running.interrupt();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
