package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.jobs.preprocess.JobPreprocessor;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Rendered;
import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Has a preprocessor make each task's arguments, a few nodes at a time, and checks them. */
final class Rendering {
  private static final int AT_ONCE = 100;

  /** All rendered arguments of one job together. */
  private static final long MOST_BYTES = 64L << 20;

  /** How long one job's preprocessing may take. */
  private static final Duration MOST_TIME = Duration.ofSeconds(60);

  /** Each holds up to {@link #AT_ONCE} documents and all that it made. */
  private static final int MOST_UNDER_WAY = 4;

  private static final Duration WAIT = Duration.ofSeconds(5);

  private final TreeMap<String, JobPreprocessor> byName = new TreeMap<>();
  private final NodeFacts facts;
  private final LongSupplier nanos;
  private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY, true);

  /** Where a node's document comes from. */
  interface NodeFacts {
    /** Attributes and document of nodes, by id; those that are gone are left out. */
    Map<String, JobPreprocessor.Node> of(Handle handle, List<String> nodes);
  }

  /**
   * @param nanos a monotonic clock
   */
  Rendering(Iterable<JobPreprocessor> preprocessors, NodeFacts facts, LongSupplier nanos) {
    preprocessors.forEach(each -> byName.put(each.name(), each));
    this.facts = facts;
    this.nanos = nanos;
  }

  /**
   * What each node's task gets, or why it gets nothing. A preprocessor may ask others over the
   * network, so it is called while no connection of the database is held.
   *
   * @throws Problem if the instruction is none, or it takes too long
   */
  Map<String, Rendered> render(Jdbi jdbi, JobRequest request, List<String> nodes) {
    JobPreprocessor preprocessor = byName.get(request.preprocessor());
    if (preprocessor == null) {
      throw Problem.invalid(
          "preprocessor",
          byName.isEmpty()
              ? "this server has none"
              : "must be " + Problem.oneOf(List.copyOf(byName.keySet())));
    }
    begin();
    try {
      return render(jdbi, preprocessor, request, nodes);
    } finally {
      underWay.release();
    }
  }

  private void begin() {
    boolean mine;
    try {
      mine = underWay.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      mine = false;
    }
    if (!mine) {
      throw Problem.unavailable("preprocessors work on " + MOST_UNDER_WAY + " jobs already", null);
    }
  }

  private Map<String, Rendered> render(
      Jdbi jdbi, JobPreprocessor preprocessor, JobRequest request, List<String> nodes) {
    long until = nanos.getAsLong() + MOST_TIME.toNanos();
    long bytes = 0;
    Map<String, Rendered> rendered = new HashMap<>();
    for (int from = 0; from < nodes.size(); from += AT_ONCE) {
      if (nanos.getAsLong() - until > 0) {
        throw Problem.unavailable(
            "%s took longer than %d s for %d of %d nodes; call fewer at a time"
                .formatted(preprocessor.name(), MOST_TIME.toSeconds(), from, nodes.size()),
            null);
      }
      List<String> some = nodes.subList(from, Math.min(from + AT_ONCE, nodes.size()));
      Map<String, JobPreprocessor.Node> known = jdbi.withHandle(handle -> facts.of(handle, some));
      Map<String, Rendered> made =
          preprocessor.render(
              new JobPreprocessor.Request(
                  request.capability(),
                  request.instruction() == null ? "" : request.instruction(),
                  request.arguments(),
                  List.copyOf(known.values())));
      rendered.putAll(made);
      bytes += bytes(made.values());
      if (bytes > MOST_BYTES) {
        throw Problem.invalid(
            "instruction",
            "makes more than %d bytes of arguments for all nodes together".formatted(MOST_BYTES));
      }
    }
    return rendered;
  }

  private static long bytes(Iterable<Rendered> made) {
    long bytes = 0;
    for (Rendered each : made) {
      bytes +=
          switch (each) {
            case Rendered.Arguments(var arguments, var _) -> Json.bytes(arguments).length;
            case Rendered.Failure(String reason) -> reason.length();
          };
    }
    return bytes;
  }

  /** The plan with what was rendered, checked against what each node publishes. */
  static Planned fill(
      Planned planned,
      Map<String, Rendered> rendered,
      Function<String, @Nullable CapabilitySignature> signatures) {
    List<Planned.Entry> entries = new ArrayList<>();
    for (Planned.Entry entry : planned.tasks()) {
      entries.add(
          entry.refusal() != null
              ? entry
              : made(entry, rendered.get(entry.node()), signatures.apply(entry.node())));
    }
    return new Planned(entries, planned.leftOut(), planned.reboots());
  }

  private static Planned.Entry made(
      Planned.Entry entry, @Nullable Rendered rendered, @Nullable CapabilitySignature signature) {
    return switch (rendered) {
      case null -> entry.refused("the preprocessor made no arguments for it");
      case Rendered.Failure(String reason) -> entry.refused(reason);
      case Rendered.Arguments(var arguments, var shown) -> {
        String text = Json.write(arguments);
        String wrong =
            signature == null ? null : ArgumentSchema.wrong(signature.parameters(), arguments);
        if (text.getBytes(StandardCharsets.UTF_8).length > TaskMessage.MAX_JSON) {
          wrong = "arguments: larger than " + TaskMessage.MAX_JSON + " bytes";
        }
        yield wrong != null
            ? entry.refused(wrong)
            : new Planned.Entry(
                entry.node(),
                entry.hostname(),
                entry.online(),
                entry.timeoutSeconds(),
                null,
                new ArgumentsTable.Rendered(entry.node(), text, Json.write(shown)));
      }
    };
  }
}
