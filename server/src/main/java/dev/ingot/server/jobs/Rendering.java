package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.jobs.preprocess.JobPreprocessor;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Rendered;
import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Has a preprocessor make each task's arguments, a few nodes at a time, and checks them. */
final class Rendering {
  private static final int AT_ONCE = 100;

  /** All rendered arguments of one job together. */
  private static final long MOST_BYTES = 64L << 20;

  private final TreeMap<String, JobPreprocessor> byName = new TreeMap<>();
  private final NodeFacts facts;

  /** Where a node's document comes from. */
  interface NodeFacts {
    /** Attributes and document of nodes, by id; those that are gone are left out. */
    Map<String, JobPreprocessor.Node> of(Handle handle, List<String> nodes);
  }

  Rendering(Iterable<JobPreprocessor> preprocessors, NodeFacts facts) {
    preprocessors.forEach(each -> byName.put(each.name(), each));
    this.facts = facts;
  }

  Planned render(
      Handle handle,
      JobRequest request,
      Planned planned,
      Function<String, @Nullable CapabilitySignature> signatures) {
    JobPreprocessor preprocessor = byName.get(request.preprocessor());
    if (preprocessor == null) {
      throw Problem.invalid(
          "preprocessor",
          byName.isEmpty()
              ? "this server has none"
              : "must be " + Problem.oneOf(List.copyOf(byName.keySet())));
    }
    Map<String, Rendered> rendered = new HashMap<>();
    List<String> nodes = planned.runnable().stream().map(Planned.Entry::node).toList();
    for (int from = 0; from < nodes.size(); from += AT_ONCE) {
      List<String> some = nodes.subList(from, Math.min(from + AT_ONCE, nodes.size()));
      Map<String, JobPreprocessor.Node> known = facts.of(handle, some);
      rendered.putAll(
          preprocessor.render(
              new JobPreprocessor.Request(
                  request.capability(),
                  request.instruction() == null ? "" : request.instruction(),
                  request.arguments(),
                  List.copyOf(known.values()))));
    }
    List<Planned.Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (Planned.Entry entry : planned.tasks()) {
      Planned.Entry made =
          entry.refusal() != null
              ? entry
              : made(entry, rendered.get(entry.node()), signatures.apply(entry.node()));
      bytes += made.arguments() == null ? 0 : made.arguments().arguments().length();
      entries.add(made);
    }
    if (bytes > MOST_BYTES) {
      throw Problem.invalid(
          "instruction",
          "makes %d bytes of arguments for all nodes together, at most %d are kept"
              .formatted(bytes, MOST_BYTES));
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
