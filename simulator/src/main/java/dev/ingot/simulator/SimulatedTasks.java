package dev.ingot.simulator;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.DiskBenchmarkCapability;
import dev.ingot.agent.capability.EchoCapability;
import dev.ingot.agent.capability.InspectorCapability;
import dev.ingot.agent.capability.RebootCapability;
import dev.ingot.agent.capability.Restart;
import dev.ingot.agent.capability.RunCapability;
import dev.ingot.agent.capability.StressCapability;
import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.link.LinkTasks;
import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a simulated agent does with its tasks. Signatures are the real agent's. */
final class SimulatedTasks {
  /** The same list for all: one digest, told to the server once. */
  static final List<CapabilitySignature> CAPABILITIES =
      List.<Capability>of(
              new EchoCapability(),
              new RunCapability(Path.of("/")),
              new InspectorCapability(Inspection.SECTIONS, _ -> Map.of()),
              new RebootCapability(new Restart(Duration.ZERO)),
              StressCapability.make(),
              new DiskBenchmarkCapability())
          .stream()
          .map(Capability::signature)
          .map(SimulatedTasks::available)
          .toList();

  private static final int SLOWEST_MILLIS = 10_000;
  private static final int FAILED = 1;

  private final String hostname;
  private final Behaviour behaviour;
  private final RandomGenerator random;
  private final FleetProgress progress;
  private final Beginnings beginnings;
  private final Map<Long, Held> held = new HashMap<>(2);

  /** The last ones, so that a task that begins again is noticed. */
  private final Set<Long> begun = Collections.newSetFromMap(new LastOnes());

  /** A task, and when it ends; the far future while it waits for its commit. */
  private record Held(TaskMessage.Offer offer, long endsAt) {}

  private static final class LastOnes extends LinkedHashMap<Long, Boolean> {
    private static final long serialVersionUID = 1L;
    private static final int MOST = 64;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
      return size() > MOST;
    }
  }

  SimulatedTasks(
      String hostname,
      Behaviour behaviour,
      RandomGenerator random,
      FleetProgress progress,
      Beginnings beginnings) {
    this.hostname = hostname;
    this.behaviour = behaviour;
    this.random = random;
    this.progress = progress;
    this.beginnings = beginnings;
  }

  /** The machine is not this one: what is missing here is there. */
  private static CapabilitySignature available(CapabilitySignature signature) {
    return new CapabilitySignature(
        signature.name(),
        signature.description(),
        signature.doc(),
        signature.parameters(),
        signature.result(),
        signature.lock(),
        signature.timeoutSeconds(),
        signature.destructive(),
        signature.protectedSensitive(),
        signature.reboots(),
        null);
  }

  void offered(TaskMessage.Offer offer, LinkTasks link) {
    held.put(offer.task(), new Held(offer, Long.MAX_VALUE));
    link.accept(offer.task(), offer.attempt());
  }

  /**
   * It is to be done.
   *
   * @return whether the machine restarts for it
   */
  boolean begin(long task, int attempt, long now, LinkTasks link) {
    Held known = held.get(task);
    if (known == null || known.offer().attempt() != attempt) {
      return false;
    }
    beginnings.begins(hostname, task, attempt);
    if (!begun.add(task)) {
      progress.beganTwice();
    }
    link.started(task, attempt);
    if (known.offer().capability().equals("reboot")) {
      held.remove(task);
      return true;
    }
    if (behaviour == Behaviour.SLOW) {
      held.put(task, new Held(known.offer(), now + random.nextInt(1000, SLOWEST_MILLIS)));
    } else {
      end(known, link);
    }
    return false;
  }

  void cancel(long task, int attempt, String reason, LinkTasks link) {
    Held known = held.get(task);
    if (known != null && known.offer().attempt() == attempt) {
      held.remove(task);
      if (known.endsAt() != Long.MAX_VALUE) {
        link.finished(task, attempt, new TaskEnd(TaskMessage.Status.CANCELLED, null, null, reason));
      }
    }
  }

  /** When {@link #tick} is due. */
  long wakeAt() {
    long due = Long.MAX_VALUE;
    for (Held each : held.values()) {
      due = Math.min(due, each.endsAt());
    }
    return due;
  }

  void tick(long now, LinkTasks link) {
    List.copyOf(held.values()).stream()
        .filter(each -> each.endsAt() <= now)
        .forEach(each -> end(each, link));
  }

  private void end(Held known, LinkTasks link) {
    TaskMessage.Offer offer = known.offer();
    held.remove(offer.task());
    boolean failing = behaviour == Behaviour.FAILING;
    String said = failing ? "simulated failure\n" : said(offer);
    if (!said.isEmpty()) {
      link.output(
          offer.task(),
          offer.attempt(),
          failing ? OutputChunk.Stream.STDERR : OutputChunk.Stream.STDOUT,
          said.getBytes(StandardCharsets.UTF_8));
    }
    if (behaviour == Behaviour.LYING) {
      // Then the truth about the attempt that was.
      lie(offer.task(), offer.attempt() + 1, link);
    }
    link.finished(
        offer.task(),
        offer.attempt(),
        failing
            ? new TaskEnd(TaskMessage.Status.FAILED, FAILED, null, "exit status 1")
            : new TaskEnd(
                TaskMessage.Status.SUCCEEDED,
                offer.capability().equals("run") ? 0 : null,
                result(offer),
                null));
  }

  /** Of an attempt that never was: it wrote something, is not known any more, and failed. */
  private static void lie(long task, int attempt, LinkTasks link) {
    byte[] said = "a lie\n".getBytes(StandardCharsets.UTF_8);
    OutputChunk chunk = new OutputChunk(OutputChunk.Stream.STDOUT, 0, said, 0);
    link.claims(new TaskMessage.Output(task, attempt, chunk));
    link.claims(new TaskMessage.Refuse(task, attempt, "unknown-task", "a lie"));
    link.claims(
        new TaskMessage.Finished(
            task, attempt, TaskMessage.Status.FAILED, FAILED, null, "a lie", 0, List.of(), false));
  }

  private @Nullable JsonNode result(TaskMessage.Offer offer) {
    return switch (offer.capability()) {
      case "echo" ->
          Json.MAPPER.createObjectNode().put("text", offer.arguments().path("text").asString(""));
      case "inspector" -> Json.read("{\"sections\": {}}");
      default -> null;
    };
  }

  /** As the program would: who it is, which kernel it has, or what it was given. */
  private String said(TaskMessage.Offer offer) {
    JsonNode argv = offer.arguments().path("argv");
    return switch (offer.capability()) {
      case "echo" -> offer.arguments().path("text").asString("") + "\n";
      case "run" ->
          switch (argv.path(0).asString("")) {
            case "hostname" -> hostname + "\n";
            case "uname" -> "6.1.0-" + (17 + Math.floorMod(hostname.hashCode(), 3)) + "-amd64\n";
            case "true" -> "";
            default -> argv.isArray() ? words(argv) : "";
          };
      default -> "";
    };
  }

  private static String words(JsonNode argv) {
    StringBuilder words = new StringBuilder();
    argv.forEach(word -> words.append(words.isEmpty() ? "" : " ").append(word.asString()));
    return words.append('\n').toString();
  }
}
