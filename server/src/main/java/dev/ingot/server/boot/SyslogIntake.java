package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.netboot.syslog.SyslogMessage;
import dev.ingot.netboot.syslog.SyslogSink;
import dev.ingot.server.logs.LogRecord;
import dev.ingot.server.logs.LogSeverity;
import dev.ingot.server.logs.LogStore;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lines of machines on their way to the log store: gathered, tied to their node by the address that
 * they came from, and handed on many at a time. What there is no room for is dropped and counted.
 */
final class SyslogIntake implements SyslogSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SyslogIntake.class);
  private static final int ROOM = 50_000;
  private static final int MOST_AT_ONCE = 2000;

  /**
   * Lines that are stored in a millisecond, when more come for long: a flood is not to have the
   * database for itself.
   */
  private static final int MOST_A_MILLISECOND = 25;

  private static final int LONGEST_BURST = 100_000;
  private static final int MOST_KEPT = 10_000;
  private static final long KEPT_SECONDS = 30;

  private final Jdbi jdbi;
  private final LogStore logs;
  private final SyslogEvents events;
  private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(ROOM);
  private final LongAdder taken = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final Map<String, Owner> owners = new LinkedHashMap<>();
  private final LongSupplier milliseconds;
  private final CountDownLatch closing = new CountDownLatch(1);
  private long allowed = LONGEST_BURST;
  private long counted;
  private volatile boolean closed;

  /** No room was left when it was asked last: in a flood not each line asks. */
  private volatile boolean full;

  private @Nullable Thread thread;

  private static final String TICKET = "ingot.ticket=";
  private static final Pattern SECRET = Pattern.compile("ingot\\.ticket=[^\\s\"']*");

  private record Line(SyslogMessage message, InetAddress source, Instant received) {}

  private record Owner(@Nullable String node, Instant until) {}

  /**
   * @param milliseconds a running count
   */
  SyslogIntake(Jdbi jdbi, LogStore logs, SyslogEvents events, LongSupplier milliseconds) {
    this.milliseconds = milliseconds;
    this.counted = milliseconds.getAsLong();
    this.events = events;
    this.jdbi = jdbi;
    this.logs = logs;
  }

  void start() {
    thread = Thread.ofVirtual().name("syslog-intake").start(this::run);
  }

  @Override
  public void accept(SyslogMessage message, InetAddress source, Instant received) {
    if (full) {
      dropped.increment();
    } else if (!waiting.offer(new Line(message, source, received))) {
      full = true;
      dropped.increment();
    }
  }

  @Override
  public void came(long messages) {
    taken.add(messages);
  }

  long received() {
    return taken.sum();
  }

  long dropped() {
    return dropped.sum();
  }

  private void run() { // ends when it is closed and nothing is left
    List<Line> lines = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        Line first = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (first != null) {
          lines.add(first);
          waiting.drainTo(lines, MOST_AT_ONCE - 1);
        }
        full = false; // also where nothing came for long: then there is room
        if (!lines.isEmpty()) {
          store(lines);
        }
      } catch (InterruptedException stopped) {
        return;
      }
      lines.clear();
    }
  }

  private void store(List<Line> lines) throws InterruptedException {
    if (!logs.append(lines.stream().map(this::record).toList())) {
      dropped.add(lines.size());
    }
    events.flush();
    pace(lines.size());
  }

  /** Waits where more was taken than may be stored in the time. */
  private void pace(int taken) throws InterruptedException {
    long now = milliseconds.getAsLong();
    allowed = Math.min(LONGEST_BURST, allowed + (now - counted) * MOST_A_MILLISECOND) - taken;
    counted = now;
    if (allowed < 0) {
      closing.await(-allowed / MOST_A_MILLISECOND, TimeUnit.MILLISECONDS);
    }
  }

  private LogRecord record(Line line) {
    SyslogMessage message = line.message();
    ObjectNode fields = Json.MAPPER.createObjectNode();
    fields.put("address", line.source().getHostAddress()).put("facility", message.facility());
    put(fields, "host", message.host());
    put(fields, "application", message.application());
    put(fields, "process", message.process());
    put(fields, "messageId", message.messageId());
    if (!message.structured().isEmpty()) {
      fields.set("structured", Json.MAPPER.valueToTree(message.structured()));
    }
    String address = line.source().getHostAddress();
    String node = owner(address, message.host(), line.received());
    events.heed(message, address, node, line.received());
    return new LogRecord(
        message.time(),
        node,
        null,
        null,
        "syslog",
        LogSeverity.values()[message.severity()],
        masked(message.text()),
        fields);
  }

  /** A kernel says its arguments, and a boot ticket is among them. */
  static String masked(String text) {
    return text.contains(TICKET) ? SECRET.matcher(text).replaceAll(TICKET + "***") : text;
  }

  private static void put(ObjectNode fields, String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, value.replace('\0', '\ufffd'));
    }
  }

  private @Nullable String owner(String address, @Nullable String host, Instant now) {
    String key = address + " " + host;
    Owner known = owners.get(key);
    if (known == null || known.until.isBefore(now)) {
      if (owners.size() >= MOST_KEPT) {
        owners.clear();
      }
      known = new Owner(find(address, host), now.plusSeconds(KEPT_SECONDS));
      owners.put(key, known);
    }
    return known.node;
  }

  /**
   * By the address in the inventory or of its agent, by the port that booted with it, else by the
   * name, if it is one node's alone.
   */
  private @Nullable String find(String address, @Nullable String host) {
    try {
      return jdbi.withHandle(
          handle ->
              handle
                  .createQuery(
                      """
                      SELECT node FROM (
                        SELECT node, 1 AS rank FROM node_address WHERE value = :address AND kind = 'ip'
                        UNION ALL
                        SELECT node, 2 FROM agent_session WHERE remote_address = :address
                        UNION ALL
                        SELECT i.node, 3 FROM boot_port p
                          JOIN node_identifier i ON i.value = p.mac AND i.kind = 'mac' WHERE p.address = :address
                        UNION ALL
                        SELECT a.node, 4 FROM boot_port p
                          JOIN node_address a ON a.value = p.mac AND a.kind = 'mac' WHERE p.address = :address
                        UNION ALL
                        SELECT min(id), 5 FROM node WHERE lower(hostname) = :host HAVING count(*) = 1) AS found
                      ORDER BY rank, node LIMIT 1
                      """)
                  .bind("address", address)
                  .bind("host", name(host))
                  .mapTo(String.class)
                  .findOne()
                  .orElse(null));
    } catch (JdbiException trouble) {
      LOG.debug("a line of {} stays without its node: {}", address, trouble.getMessage());
      return null;
    }
  }

  /** As nodes are named; no name holds what the database cannot store. */
  private static @Nullable String name(@Nullable String host) {
    return host == null || host.indexOf('\0') >= 0 ? null : host.toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    closed = true;
    closing.countDown();
    Thread running = thread;
    if (running != null) {
      try {
        if (!running.join(java.time.Duration.ofSeconds(3))) {
          running.interrupt();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
