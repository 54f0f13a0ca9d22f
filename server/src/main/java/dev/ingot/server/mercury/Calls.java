package dev.ingot.server.mercury;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the server asks agents: whether they are there, and to take a task. */
final class Calls implements AutoCloseable {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Each of a rack that has lost its power keeps its place for twenty seconds. */
  private static final int TASKS_AT_ONCE = 512;

  /**
   * Agents that are pinged at once; those that are there answer at once, and of those that are not
   * each keeps its place until it is lost. Others come after them, in their order.
   */
  static final int PINGS_AT_ONCE = 2_048;

  /** Mercury's own patience: four times five seconds. */
  private static final Duration TAKING = Duration.ofSeconds(20);

  /** Mercury's own, too: five pings, of 2.5, 5, 5.8, 6.5 and 7 seconds. */
  private static final Duration FIRST_PING = Duration.ofMillis(2_500);

  private static final double BACK_OFF = 0.42;
  private static final int PINGS = 5;
  private static final double MILLIS = 1_000;

  private final Duration first;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Dial dial;
  private final Semaphore tasks = new Semaphore(TASKS_AT_ONCE, true);
  private final Semaphore pings = new Semaphore(PINGS_AT_ONCE, true);

  /**
   * @param interval how often agents are pinged: a first ping takes no longer
   * @param nanos a monotonic clock
   */
  Calls(Duration interval, InstantSource clock, LongSupplier nanos) {
    this.first = interval.compareTo(FIRST_PING) < 0 ? interval : FIRST_PING;
    this.clock = clock;
    this.nanos = nanos;
    this.dial = new Dial(nanos);
  }

  /** Gives an agent a task, once; null if it did not answer. */
  @Nullable JsonNode give(AgentInfo agent, Request request) {
    ObjectNode call = NODES.objectNode().put("category", "rpc").put("method", request.method());
    ObjectNode kwargs = (ObjectNode) request.arguments().deepCopy();
    JsonNode args = kwargs.remove("args");
    call.set("args", args == null ? NODES.arrayNode() : args);
    call.set("kwargs", kwargs);
    call.put("task_id", request.task().text()).put("job_id", request.job());
    if (!acquired(tasks)) {
      return null;
    }
    try {
      return dial.ask(agent.address(), agent.rpcPort(), call, TAKING);
    } finally {
      tasks.release();
    }
  }

  /**
   * Pings an agent, with more and more patience.
   *
   * @param wanted whether that is still of interest
   */
  boolean isThere(AgentInfo agent, BooleanSupplier wanted) {
    if (!acquired(pings)) {
      return true; // this server stops
    }
    try {
      for (int failed = 0; failed < PINGS && wanted.getAsBoolean(); failed++) {
        double more = failed == 0 ? 0 : Math.pow(failed, BACK_OFF);
        Duration patience = Duration.ofMillis(Math.round(first.toMillis() * (1 + more)));
        long until = nanos.getAsLong() + patience.toNanos();
        ObjectNode ping = NODES.objectNode().put("message", "ping");
        ping.put("timestamp", clock.millis() / MILLIS);
        JsonNode pong = dial.ask(agent.address(), agent.pingPort(), ping, patience);
        if (pong != null && pong.path("message").asString("").equals("pong")) {
          return true;
        }
        // What answers nonsense, or ends at once, has as long as what does not answer.
        if (Thread.currentThread().isInterrupted() || dial.isOver(until - nanos.getAsLong())) {
          return true;
        }
      }
      return false;
    } finally {
      pings.release();
    }
  }

  private static boolean acquired(Semaphore free) {
    try {
      free.acquire();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Lets those go that are too late. */
  void look() {
    dial.look();
  }

  /** Connections to agents. */
  int connections() {
    return dial.connections();
  }

  @Override
  public void close() {
    dial.close();
  }
}
