package dev.ingot.server.mercury;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the server asks agents: whether they are there, and to take a task. */
final class Calls implements AutoCloseable {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int TASKS_AT_ONCE = 64;

  /** A rack that has lost its power keeps nobody else waiting: each of it takes half a minute. */
  private static final int PINGS_AT_ONCE = 256;

  /** Mercury's own patience: four times five seconds. */
  private static final Duration TAKING = Duration.ofSeconds(20);

  /** Mercury's own, too: six pings, after 2.5, 5, 5.8, 6.5, 7 and 7.4 seconds. */
  private static final Duration FIRST_PING = Duration.ofMillis(2_500);

  private static final double BACK_OFF = 0.42;
  private static final int PINGS = 6;

  private final Duration first;
  private final Dial dial = new Dial();
  private final Semaphore tasks = new Semaphore(TASKS_AT_ONCE);
  private final Semaphore pings = new Semaphore(PINGS_AT_ONCE);
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * @param interval how often agents are pinged: a first ping takes no longer
   */
  Calls(Duration interval) {
    this.first = interval.compareTo(FIRST_PING) < 0 ? interval : FIRST_PING;
  }

  /** Gives an agent a task, once; null if it did not answer. */
  @Nullable JsonNode give(AgentInfo agent, Request request) {
    ObjectNode call = NODES.objectNode().put("category", "rpc").put("method", request.method());
    ObjectNode kwargs = (ObjectNode) request.arguments().deepCopy();
    JsonNode args = kwargs.remove("args");
    call.set("args", args == null ? NODES.arrayNode() : args);
    call.set("kwargs", kwargs);
    call.put("task_id", request.task().text()).put("job_id", String.valueOf(request.task().job()));
    JsonNode reply = ask(agent, agent.rpcPort(), call, TAKING, tasks);
    return reply == null || reply.isMissingNode() ? null : reply;
  }

  /**
   * Pings an agent, with more and more patience.
   *
   * @param wanted whether that is still of interest
   */
  boolean isThere(AgentInfo agent, BooleanSupplier wanted) {
    ObjectNode ping = NODES.objectNode().put("message", "ping").put("timestamp", 0);
    for (int failed = 0; failed < PINGS && wanted.getAsBoolean(); failed++) {
      double more = failed == 0 ? 0 : Math.pow(failed, BACK_OFF);
      Duration patience = Duration.ofMillis(Math.round(first.toMillis() * (1 + more)));
      JsonNode pong = ask(agent, agent.pingPort(), ping, patience, pings);
      if (pong != null && pong.path("message").asString("").equals("pong")) {
        return true;
      }
      if (Thread.currentThread().isInterrupted() || (pong != null && ends(patience))) {
        return true; // this server stops
      }
    }
    return false;
  }

  /** What answers nonsense at once has as long as what does not answer; whether this ends. */
  private boolean ends(Duration patience) {
    try {
      return closing.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private @Nullable JsonNode ask(
      AgentInfo agent, int port, JsonNode request, Duration patience, Semaphore free) {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
    try {
      return dial.ask(agent.address(), port, request, patience);
    } finally {
      free.release();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    dial.close();
  }
}
