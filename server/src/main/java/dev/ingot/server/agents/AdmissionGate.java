package dev.ingot.server.agents;

import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Door;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets agents to the door in order, a group at a time; when the line is full the next is told to
 * come back instead of waiting unseen.
 */
final class AdmissionGate implements Admissions, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdmissionGate.class);
  private static final int BUSY_SECONDS = 5;
  private static final int UNAVAILABLE_SECONDS = 3;

  /** Together at the door. */
  private static final int MOST = 50;

  private static final long MOMENT_NANOS = 40_000_000;

  private final Door door;
  private final InventoryWriter inventory;
  private final Gathering<Waiting> line;
  private final List<Thread> porters = new ArrayList<>();

  private record Waiting(Introduction introduction, Consumer<Answer> answer) {}

  AdmissionGate(Door door, InventoryWriter inventory, AgentsSettings settings) {
    this.door = door;
    this.inventory = inventory;
    this.line = new Gathering<>(settings.waitingAdmissions(), MOST, MOMENT_NANOS);
    for (int i = 0; i < settings.admissions(); i++) {
      // Stopped by close().
      porters.add(Thread.ofPlatform().daemon().name("agent-door-" + i).start(this::work));
    }
  }

  @Override
  public void admit(Introduction introduction, Consumer<Answer> answer) {
    if (!line.offer(new Waiting(introduction, answer))) {
      answer.accept(
          new Answer.Refused("busy", line.size() + " agents wait at the door", BUSY_SECONDS));
    }
  }

  private void work() {
    try {
      List<Waiting> group;
      while (!(group = line.take()).isEmpty()) {
        answer(group);
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private void answer(List<Waiting> group) {
    List<@Nullable Answer> together = group.size() > 1 ? together(group) : List.of();
    for (int place = 0; place < group.size(); place++) {
      Waiting waiting = group.get(place);
      Answer answer = together.isEmpty() ? null : together.get(place);
      try {
        waiting.answer.accept(answer == null ? alone(waiting.introduction) : answer);
      } catch (RuntimeException e) {
        log.error("answer {}", waiting.introduction.remoteAddress(), e);
      }
    }
  }

  /** Null for whoever is to come alone. */
  private List<@Nullable Answer> together(List<Waiting> group) {
    List<@Nullable Answer> answers = new ArrayList<>();
    try {
      List<@Nullable Admission> admissions =
          door.admitTogether(group.stream().map(Waiting::introduction).toList());
      Map<String, Map<String, String>> stored = digests(admissions);
      for (Admission each : admissions) {
        answers.add(
            each instanceof Admission.Admitted in
                ? new Answer.Admitted(in, stored.getOrDefault(in.nodeId(), Map.of()))
                : null);
      }
    } catch (RuntimeException e) {
      Answer.Refused refused = failed(group.getFirst().introduction, e);
      answers.clear();
      group.forEach(each -> answers.add(refused));
    }
    return answers;
  }

  private Map<String, Map<String, String>> digests(List<@Nullable Admission> admissions) {
    List<String> nodes = new ArrayList<>();
    for (Admission each : admissions) {
      if (each instanceof Admission.Admitted in) {
        nodes.add(in.nodeId());
      }
    }
    return nodes.isEmpty() ? Map.of() : inventory.digests(nodes);
  }

  private Answer alone(Introduction introduction) {
    try {
      return switch (door.admit(introduction)) {
        case Admission.Admitted admitted ->
            new Answer.Admitted(admitted, inventory.digests(admitted.nodeId()));
        case Admission.Refused(String reason, String detail, int retryAfter) ->
            new Answer.Refused(reason, detail, retryAfter);
      };
    } catch (RuntimeException e) {
      return failed(introduction, e);
    }
  }

  private static Answer.Refused failed(Introduction introduction, RuntimeException failure) {
    if (failure instanceof Problem problem) {
      log.warn("admit {}: {}", introduction.remoteAddress(), problem.detail());
      boolean waiting = problem.kind() == Problem.Kind.UNAVAILABLE;
      return new Answer.Refused(
          problem.kind().slug, problem.detail(), waiting ? UNAVAILABLE_SECONDS : 0);
    }
    log.error("admit {}", introduction.remoteAddress(), failure);
    return new Answer.Refused(
        "internal", "the server failed, its log says why", UNAVAILABLE_SECONDS);
  }

  /** Those in line are not answered any more; those at the door finish. */
  @Override
  public void close() {
    line.close();
    try {
      for (Thread porter : porters) {
        if (!porter.join(Duration.ofSeconds(5))) {
          porter.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
