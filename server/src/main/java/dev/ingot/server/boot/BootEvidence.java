package dev.ingot.server.boot;

import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ties what was sent to an address to the machine that has it, on its way to the records: taken
 * without waiting, by one thread. What there is no room for is dropped and counted.
 */
final class BootEvidence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BootEvidence.class);
  private static final int ROOM = 4096;
  private static final int MOST_AT_ONCE = 500;
  private static final int MOST_KEPT = 10_000;
  private static final long KEPT_MILLISECONDS = 500;

  /** So long it may take until who has an address is on record. */
  private static final Duration RECORDED = Duration.ofSeconds(2);

  private final Jdbi jdbi;
  private final BootRecords records;
  private final Duration attempt;
  private final LongSupplier milliseconds;
  private final BlockingQueue<Sent> waiting = new ArrayBlockingQueue<>(ROOM);
  private final LongAdder dropped = new LongAdder();
  private final Map<String, Owner> owners = new LinkedHashMap<>();
  private volatile boolean closed;
  private @Nullable Thread thread;
  private long sightings;

  /**
   * Something that was sent, or asked for.
   *
   * @param strangers whether it is written of an address that no machine is known to have
   */
  record Sent(String address, String kind, String text, ObjectNode data, boolean strangers) {}

  private record Owner(BootPorts.@Nullable Seen port, @Nullable String node, long until) {}

  BootEvidence(Jdbi jdbi, BootRecords records, Duration attempt, LongSupplier milliseconds) {
    this.jdbi = jdbi;
    this.records = records;
    this.attempt = attempt;
    this.milliseconds = milliseconds;
  }

  void start() {
    thread = Thread.ofVirtual().name("boot-evidence").start(this::run);
  }

  /** Never waits. */
  void note(Sent sent) {
    if (!waiting.offer(sent)) {
      dropped.increment();
    }
  }

  long dropped() {
    return dropped.sum();
  }

  private void run() { // ends when it is closed and nothing is left
    List<Sent> batch = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        Sent first = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          waiting.drainTo(batch, MOST_AT_ONCE - 1);
          forgetWhoMoved();
          batch.forEach(this::tryToWrite);
          batch.clear();
        }
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  /** An address may have become another machine's before something was sent to it. */
  private void forgetWhoMoved() {
    long now = records.sightings();
    if (now != sightings) {
      records.settle(RECORDED);
      owners.clear();
      sightings = now;
    }
  }

  private void tryToWrite(Sent sent) {
    try {
      write(sent);
    } catch (JdbiException | Problem trouble) {
      dropped.increment();
      LOG.debug("what was sent stays without a record: {}", trouble.getMessage());
    }
  }

  private void write(Sent sent) {
    Owner owner = owner(sent.address());
    BootPorts.Seen port = owner.port;
    if ((port != null || sent.strangers()) && records.isWanted(owner.node)) {
      records.take(
          new BootRecord(
              port == null ? null : port.mac(),
              owner.node,
              port == null ? null : port.network(),
              sent.kind(),
              sent.text(),
              sent.data(),
              true,
              null));
    }
  }

  private Owner owner(String address) {
    long now = milliseconds.getAsLong();
    Owner known = owners.get(address);
    if (known == null || known.until <= now) {
      if (owners.size() >= MOST_KEPT) {
        owners.clear();
      }
      BootPorts.Seen port =
          jdbi.withHandle(handle -> BootPorts.byAddress(handle, address, attempt));
      String node =
          port == null
              ? null
              : jdbi.withHandle(
                  handle -> BootMachines.read(handle, port.mac(), port.uuid()).node());
      known = new Owner(port, node, now + KEPT_MILLISECONDS);
      owners.put(address, known);
    }
    return known;
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
