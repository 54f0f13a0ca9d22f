package dev.ingot.server.workflow.rackhd;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import dev.ingot.server.workflow.step.Act;
import dev.ingot.server.workflow.step.Beginning;
import dev.ingot.server.workflow.step.Look;
import dev.ingot.server.workflow.step.Schemas;
import dev.ingot.server.workflow.step.StepType;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A task of RackHD: what its job means is done by a step type of ours. One whose job means nothing
 * here says so by name; in a dry run it is a stub, as everything is.
 */
public final class RackhdStep implements StepType {
  private final Map<String, StepType> types;

  /**
   * What a job is here.
   *
   * @param options from the task's options to those of our type
   */
  private record Meaning(String type, Function<JsonNode, ObjectNode> options) {}

  private static final Map<String, Meaning> JOBS =
      Map.of(
          "Job.noop", new Meaning("sleep", RackhdStep::delay),
          "Job.Evaluate.Condition", new Meaning("decide", RackhdStep::condition),
          "Job.Graph.Run", new Meaning("workflow", RackhdStep::graph),
          "Job.Linux.Commands", new Meaning("script", RackhdStep::commands),
          "Job.Linux.ShellReboot", new Meaning("reboot", _ -> object()),
          "Job.Linux.Catalog", new Meaning("inspect", _ -> object()),
          "Job.Local.Catalog", new Meaning("inspect", _ -> object()));

  public RackhdStep(List<StepType> types) {
    this.types = types.stream().collect(Collectors.toMap(StepType::name, each -> each));
  }

  private static ObjectNode object() {
    return Json.MAPPER.createObjectNode();
  }

  private static ObjectNode delay(JsonNode options) {
    long millis = options.path("delay").asLong(0);
    return object().put("time", Math.max(1, millis) + "ms");
  }

  /** Only the text true means that it is so. */
  private static ObjectNode condition(JsonNode options) {
    return object().put("that", options.path("when").asString("").equals("true"));
  }

  private static ObjectNode graph(JsonNode options) {
    ObjectNode wanted = object().put("workflow", options.path("graphName").asString(""));
    JsonNode given = options.path("graphOptions");
    wanted.putObject("inputs").set("graphOptions", given.isObject() ? given : object());
    ObjectNode own = wanted.putObject("options");
    given.forEachEntry(
        (label, values) -> {
          if (values.isObject()) {
            own.set(label, values);
          }
        });
    return wanted;
  }

  private static ObjectNode commands(JsonNode options) {
    JsonNode said = options.path("commands");
    List<JsonNode> all = said.isArray() ? said.valueStream().toList() : List.of(said);
    String script =
        all.stream()
            .map(each -> each.isObject() ? each.path("command").asString("") : each.asString(""))
            .collect(Collectors.joining("\n", "set -e\n", "\n"));
    return object().put("script", script);
  }

  @Override
  public String name() {
    return "rackhd";
  }

  @Override
  public String summary() {
    return "A task of a RackHD graph that was loaded: what its job means here.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "job",
        "'task': {'type': 'string'}, 'job': {'type': 'string'}, 'required': {'type': 'array',"
            + " 'items': {'type': 'string'}}, 'options': {'type': 'object'}");
  }

  private @Nullable StepType type(String job) {
    Meaning meaning = JOBS.get(job);
    return meaning == null ? null : types.get(meaning.type());
  }

  @Override
  public Progress begin(Beginning step) {
    String job = step.text("job", "");
    JsonNode options = step.options().path("options");
    for (JsonNode each : step.options().path("required")) {
      if (!options.hasNonNull(each.asString())) {
        return new Progress.Failed(
            "Task " + step.text("task", "") + " wants the option " + each.asString(), null);
      }
    }
    Meaning meaning = JOBS.get(job);
    StepType type = type(job);
    if (meaning == null || type == null) {
      return new Progress.Failed(
          "this server has no job type "
              + job
              + " (task "
              + step.text("task", "")
              + "); a dry run shows what it would be given",
          null);
    }
    return kept(
        job,
        type.begin(
            new Beginning(
                step.handle(),
                step.who(),
                step.run(),
                step.step(),
                step.place(),
                step.node(),
                step.attempt(),
                step.now(),
                meaning.options().apply(options))));
  }

  /** The job is kept beside what the type wants to know again. */
  private static Progress kept(String job, Progress progress) {
    return switch (progress) {
      case Progress.Waiting(var on, var key, var look, var memory) ->
          new Progress.Waiting(on, key, look, wrapped(job, memory));
      case Progress.Acting(var on, var memory) -> new Progress.Acting(on, wrapped(job, memory));
      case Progress.Succeeded _, Progress.Failed _, Progress.Skipped _, Progress.Held _ -> progress;
    };
  }

  private static JsonNode wrapped(String job, @Nullable JsonNode memory) {
    ObjectNode wrapped = object().put("job", job);
    return wrapped.set("memory", memory == null ? object() : memory);
  }

  private StepType known(JsonNode memory) {
    String job = memory.path("job").asString("");
    StepType type = type(job);
    if (type == null) {
      throw new IllegalStateException("no job type " + job);
    }
    return type;
  }

  private static Look inner(Look step) {
    return new Look(
        step.handle(),
        step.who(),
        step.run(),
        step.place(),
        step.node(),
        step.attempt(),
        step.began(),
        step.now(),
        step.memory().path("memory"));
  }

  @Override
  public Progress look(Look step) {
    return kept(step.memory().path("job").asString(""), known(step.memory()).look(inner(step)));
  }

  @Override
  public void stop(Look step) {
    known(step.memory()).stop(inner(step));
  }

  @Override
  public Progress act(Act step) throws InterruptedException {
    return known(step.memory())
        .act(
            new Act(
                step.run(),
                step.place(),
                step.node(),
                step.attempt(),
                step.key(),
                step.again(),
                step.timeout(),
                step.memory().path("memory")));
  }
}
