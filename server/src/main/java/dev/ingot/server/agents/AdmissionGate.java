package dev.ingot.server.agents;

import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Door;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets agents to the door a few at a time, in order; when the line is full the next is told to come
 * back instead of waiting unseen.
 */
final class AdmissionGate implements Admissions, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdmissionGate.class);
  private static final int BUSY_SECONDS = 5;
  private static final int UNAVAILABLE_SECONDS = 3;

  private final Door door;
  private final InventoryWriter inventory;
  private final ThreadPoolExecutor line;

  AdmissionGate(Door door, InventoryWriter inventory, AgentsSettings settings) {
    this.door = door;
    this.inventory = inventory;
    this.line =
        new ThreadPoolExecutor(
            settings.admissions(),
            settings.admissions(),
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.waitingAdmissions()),
            Thread.ofPlatform().daemon().name("agent-door-", 0).factory());
  }

  @Override
  public void admit(Introduction introduction, Consumer<Answer> answer) {
    try {
      line.execute(() -> answer.accept(ask(introduction)));
    } catch (RejectedExecutionException e) {
      log.debug("the door is busy: {} wait", line.getQueue().size(), e);
      answer.accept(
          new Answer.Refused(
              "busy", line.getQueue().size() + " agents wait at the door", BUSY_SECONDS));
    }
  }

  private Answer ask(Introduction introduction) {
    try {
      return switch (door.admit(introduction)) {
        case Admission.Admitted admitted ->
            new Answer.Admitted(admitted, inventory.digests(admitted.nodeId()));
        case Admission.Refused(String reason, String detail, int retryAfter) ->
            new Answer.Refused(reason, detail, retryAfter);
      };
    } catch (Problem e) {
      log.warn("admit {}: {}", introduction.remoteAddress(), e.detail());
      boolean waiting = e.kind() == Problem.Kind.UNAVAILABLE;
      return new Answer.Refused(e.kind().slug, e.detail(), waiting ? UNAVAILABLE_SECONDS : 0);
    } catch (RuntimeException e) {
      log.error("admit {}", introduction.remoteAddress(), e);
      return new Answer.Refused(
          "internal", "the server failed, its log says why", UNAVAILABLE_SECONDS);
    }
  }

  /** Those in line are not answered any more; those at the door finish. */
  @Override
  public void close() {
    line.getQueue().clear();
    line.shutdown();
    try {
      if (!line.awaitTermination(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS)) {
        line.shutdownNow();
      }
    } catch (InterruptedException e) {
      line.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
