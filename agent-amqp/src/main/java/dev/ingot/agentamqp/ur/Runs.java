package dev.ingot.agentamqp.ur;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.Executions;
import dev.ingot.agent.capability.TaskListener;
import dev.ingot.core.Json;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What others want to have run, by the agent's own capability {@code run}: its bounds, its process
 * group, its end at the timeout. Each is answered once, when it ended.
 */
final class Runs implements TaskListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Runs.class);

  /** Numbers that no job of a server has: they name what runs on this machine. */
  private static final long FIRST = 1L << 52;

  /** As timeout(1) has it. */
  private static final int TIMED_OUT = 124;

  /** As a shell has it. */
  private static final int NOT_RUN = 127;

  /** Ur's: the machine is to be restarted. */
  private static final int RESTART = 113;

  private final Executions executions;
  private final int timeoutSeconds;
  private final boolean reboot;
  private final Answers answers;
  private final AtomicLong numbers = new AtomicLong(FIRST);
  private final AtomicInteger budget = new AtomicInteger(Kept.MOST);
  private final Map<Long, Running> running = new ConcurrentHashMap<>();

  /** Who answers. */
  interface Answers {
    /**
     * @param then done when the answer is said
     */
    void answer(Request request, ObjectNode body, Runnable then);
  }

  private record Running(Request request, Map<OutputChunk.Stream, Kept> output) {}

  Runs(List<Capability> capabilities, int timeoutSeconds, boolean reboot, Answers answers) {
    this.executions = new Executions(capabilities, this);
    this.timeoutSeconds = timeoutSeconds;
    this.reboot = reboot;
    this.answers = answers;
  }

  void run(Request request) {
    String missing = missing(request.file());
    if (missing != null) {
      answers.answer(request, body(missing, "", ""), () -> {});
      return;
    }
    Map<OutputChunk.Stream, Kept> output = new EnumMap<>(OutputChunk.Stream.class);
    for (OutputChunk.Stream stream : OutputChunk.Stream.values()) {
      output.put(stream, new Kept(budget));
    }
    long number = numbers.getAndIncrement();
    running.put(number, new Running(request, output));
    executions.offered(
        new TaskMessage.Offer(number, 1, "run", request.arguments(), timeoutSeconds, false));
  }

  /** As Node.js says it. */
  private static @Nullable String missing(@Nullable Path file) {
    if (file == null) {
      return null;
    }
    return !Files.exists(file)
        ? "ENOENT"
        : Files.isDirectory(file) || !Files.isExecutable(file) ? "EACCES" : null;
  }

  @Override
  public void accepted(long task, int attempt) {
    executions.begin(task, attempt);
  }

  @Override
  public void refused(long task, int attempt, String reason, String detail) {
    Running refused = running.remove(task);
    if (refused != null) {
      log.warn("Ur's request {} is not run: {}", refused.request().id(), detail);
      answers.answer(refused.request(), body("EAGAIN", "", detail + "\n"), () -> {});
    }
  }

  @Override
  public void started(long task, int attempt) {
    log.debug("run {} started", task);
  }

  @Override
  public void output(long task, int attempt, OutputChunk.Stream stream, byte[] bytes) {
    Running writing = running.get(task);
    if (writing != null) {
      Kept kept = writing.output().get(stream);
      if (kept != null) {
        synchronized (kept) {
          kept.add(bytes);
        }
      }
    }
  }

  @Override
  public void finished(long task, int attempt, TaskEnd end) {
    Running ended = running.remove(task);
    if (ended == null) {
      return;
    }
    Integer exit = end.exit();
    boolean restart = reboot && exit != null && exit == RESTART;
    int status =
        switch (end.status()) {
          case SUCCEEDED -> 0;
          case TIMED_OUT -> TIMED_OUT;
          case FAILED, CANCELLED -> exit == null ? NOT_RUN : exit;
        };
    boolean explained = exit == null && end.detail() != null;
    ObjectNode body = Json.MAPPER.createObjectNode().put("exit_status", restart ? 0 : status);
    for (OutputChunk.Stream stream : OutputChunk.Stream.values()) {
      Kept kept = ended.output().get(stream);
      if (kept != null) {
        synchronized (kept) {
          if (kept.dropped() > 0) {
            body.put(stream.word() + "_dropped", kept.dropped());
          }
          body.put(stream.word(), kept.text());
        }
      }
    }
    if (explained) {
      body.put("stderr", body.path("stderr").asString("") + end.detail() + "\n");
    }
    answers.answer(ended.request(), body, restart ? this::restart : () -> {});
  }

  private void restart() {
    log.warn("a script of Ur's ended with {}: the machine is restarted", RESTART);
    executions.offered(
        new TaskMessage.Offer(
            numbers.getAndIncrement(),
            1,
            "reboot",
            Json.MAPPER.createObjectNode(),
            timeoutSeconds,
            false));
  }

  private static ObjectNode body(String status, String stdout, String stderr) {
    return Json.MAPPER
        .createObjectNode()
        .put("exit_status", status)
        .put("stdout", stdout)
        .put("stderr", stderr);
  }

  @Override
  public void close() {
    executions.close();
  }
}
