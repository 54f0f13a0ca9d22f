package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.jobs.NodeCalls;
import dev.ingot.server.workflow.definition.Fields;
import dev.ingot.server.workflow.machine.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has the node's agent do something: a job of one task, made with the transaction that begins the
 * step, so that it is made once.
 */
final class CallStep implements StepType {
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration EXPIRY = Duration.ofHours(1);

  private final String name;
  private final String summary;
  private final JsonNode options;
  private final boolean destructive;
  private final Arguments arguments;
  private final NodeCalls calls;

  /** From a step's options to what is called. */
  private interface Arguments {
    Called of(ObjectNode options);
  }

  private record Called(String capability, JsonNode arguments) {}

  private static final String COMMON =
      ", 'expiry': "
          + Schemas.TIME
          + ", 'allowProtected': {'type': 'boolean'}, 'node': {'type': 'string'}";

  private CallStep(
      String name,
      String summary,
      String required,
      String options,
      boolean destructive,
      Arguments arguments,
      NodeCalls calls) {
    this.name = name;
    this.summary = summary;
    this.options = Schemas.object(required, options + COMMON);
    this.destructive = destructive;
    this.arguments = arguments;
    this.calls = calls;
  }

  /** The steps that are calls of a capability. */
  static List<StepType> all(NodeCalls calls) {
    return List.of(
        new CallStep(
            "call",
            "Calls a capability of the node and waits for its end.",
            "capability",
            "'capability': {'type': 'string'}, 'arguments': {'type': 'object'}",
            false,
            CallStep::called,
            calls),
        new CallStep(
            "change",
            "Calls a capability that changes the node, with the node for itself.",
            "capability",
            "'capability': {'type': 'string'}, 'arguments': {'type': 'object'}",
            true,
            CallStep::called,
            calls),
        new CallStep(
            "script",
            "Runs a script or a program on the node.",
            "",
            "'script': {'type': 'string'}, 'argv': {'type': 'array', 'items': {'type': 'string'},"
                + " 'minItems': 1}, 'arguments': {'type': 'array', 'items': {'type': 'string'}},"
                + " 'environment': {'type': 'object'}, 'directory': {'type': 'string'},"
                + " 'input': {'type': 'string'}",
            false,
            given ->
                new Called(
                    "run", given.deepCopy().without(Set.of("expiry", "allowProtected", "node"))),
            calls),
        new CallStep(
            "inspect",
            "Has the node read its inventory anew, all of it or some sections.",
            "",
            "'sections': {'type': 'array', 'items': {'type': 'string'}}",
            false,
            given ->
                new Called(
                    "inspector",
                    given.deepCopy().without(Set.of("expiry", "allowProtected", "node"))),
            calls),
        new CallStep(
            "reboot",
            "Restarts the node through its agent and waits until it is back.",
            "",
            "'force': {'type': 'boolean'}",
            true,
            given ->
                new Called(
                    "reboot", given.deepCopy().without(Set.of("expiry", "allowProtected", "node"))),
            calls));
  }

  private static Called called(ObjectNode given) {
    JsonNode arguments = given.get("arguments");
    return new Called(
        given.path("capability").asString(),
        arguments == null ? Json.MAPPER.createObjectNode() : arguments);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public JsonNode options() {
    return options;
  }

  @Override
  public boolean isDestructive() {
    return destructive;
  }

  @Override
  public Progress begin(Beginning step) {
    String said = step.text("node", "");
    String node = said.isEmpty() ? step.node() : said;
    if (node == null) {
      return new Progress.Failed("this run has no node, and the step names none", null);
    }
    if (destructive && !node.equals(step.node())) {
      return new Progress.Failed("only the run's own node can be changed, not " + node, null);
    }
    Called called = arguments.of(step.options());
    Duration expiry = expiry(step.options().get("expiry"));
    long job =
        calls.call(
            step.handle(),
            step.who(),
            node,
            called.capability(),
            called.arguments(),
            step.step().timeout().compareTo(Duration.ofHours(12)) < 0
                ? step.step().timeout()
                : null,
            expiry,
            step.options().path("allowProtected").asBoolean(false));
    return waiting(
        Json.MAPPER
            .createObjectNode()
            .put("job", job)
            .put("node", node)
            .put("capability", called.capability()));
  }

  private static Duration expiry(@Nullable JsonNode said) {
    Duration read = said == null ? null : Fields.time(said);
    return read == null ? EXPIRY : read;
  }

  private static Progress waiting(JsonNode memory) {
    long job = memory.path("job").asLong();
    return new Progress.Waiting(
        "job %d (%s)".formatted(job, memory.path("capability").asString()),
        "job:" + job,
        LOOK,
        memory);
  }

  @Override
  public Progress look(Look step) {
    long job = step.memory().path("job").asLong();
    return calls
        .ended(step.handle(), job, step.memory().path("node").asString())
        .<Progress>map(
            ended ->
                ended.succeeded()
                    ? new Progress.Succeeded(ended.shown(job))
                    : new Progress.Failed(
                        "job %d %s%s"
                            .formatted(
                                job,
                                ended.state(),
                                ended.reason() == null ? "" : ": " + ended.reason()),
                        ended.shown(job)))
        .orElseGet(() -> waiting(step.memory()));
  }

  @Override
  public void stop(Look step) {
    calls.cancel(
        step.handle(),
        step.who(),
        step.memory().path("job").asLong(),
        "the step of run " + step.run() + " no longer waits for it");
  }
}
