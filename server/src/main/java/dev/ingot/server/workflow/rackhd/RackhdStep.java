package dev.ingot.server.workflow.rackhd;

import dev.ingot.core.Json;
import dev.ingot.server.jobs.ArgumentSchema;
import dev.ingot.server.workflow.definition.TaskOptions;
import dev.ingot.server.workflow.machine.Progress;
import dev.ingot.server.workflow.step.Act;
import dev.ingot.server.workflow.step.Beginning;
import dev.ingot.server.workflow.step.Look;
import dev.ingot.server.workflow.step.Schemas;
import dev.ingot.server.workflow.step.StepType;
import java.util.List;
import java.util.Map;
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

  public RackhdStep(List<StepType> types) {
    this.types = types.stream().collect(Collectors.toMap(StepType::name, each -> each));
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
        "'task': {'type': 'string'}, 'job': {'type': 'string'}, 'label': {'type': 'string'},"
            + " 'required': {'type': 'array', 'items': {'type': 'string'}}, 'schema': {'type':"
            + " 'object'}, 'open': {'type': 'boolean', 'description': 'Whether it takes every"
            + " default of the run'}, 'options': {'type': 'object'}, 'own': {'type': 'object',"
            + " 'description': 'What goes over options and defaults'}");
  }

  @Override
  public boolean isDestructive(JsonNode options) {
    return Jobs.isDestructive(options.path("job").asString(""));
  }

  @Override
  public @Nullable String misfit(JsonNode options) {
    return TaskOptions.misfit(options);
  }

  @Override
  public @Nullable String lacks(JsonNode options) {
    return Jobs.lacks(options.path("job").asString(""), options.path("options"));
  }

  @Override
  public Progress begin(Beginning step) {
    String job = step.text("job", "");
    JsonNode options = step.options().path("options");
    Jobs.Meaning meaning = Jobs.meaning(job, options);
    StepType type = meaning == null ? null : types.get(meaning.type());
    if (meaning == null || type == null) {
      return new Progress.Failed(
          "this server has no job type "
              + Jobs.lacks(job, options)
              + " (task "
              + step.text("task", "")
              + "); a dry run shows what it would be given",
          null);
    }
    ObjectNode wanted = meaning.options().apply(options);
    if (meaning.type().equals("workflow")) {
      wanted.set("inputs", Jobs.inputs(inputs(step), wanted.path("inputs")));
    }
    List<ArgumentSchema.Fault> faults = ArgumentSchema.faults(type.options(), wanted);
    if (!faults.isEmpty()) {
      ArgumentSchema.Fault first = faults.getFirst();
      return new Progress.Failed(
          "as a step of the type " + type.name() + ": " + first.place() + " " + first.message(),
          null);
    }
    return kept(
        meaning.type(),
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
                wanted)));
  }

  /** A graph that is run by another sees what that one was given. */
  private static JsonNode inputs(Beginning step) {
    return step.handle()
        .createQuery("SELECT inputs FROM run WHERE id = :run")
        .bind("run", step.run().id())
        .mapTo(String.class)
        .findOne()
        .map(Json::read)
        .orElseGet(Json.MAPPER::createObjectNode);
  }

  /** Which type it is here is kept beside what that wants to know again. */
  private static Progress kept(String type, Progress progress) {
    return switch (progress) {
      case Progress.Waiting(var on, var key, var look, var memory) ->
          new Progress.Waiting(on, key, look, wrapped(type, memory));
      case Progress.Acting(var on, var memory) -> new Progress.Acting(on, wrapped(type, memory));
      case Progress.Succeeded _, Progress.Failed _, Progress.Skipped _, Progress.Held _ -> progress;
    };
  }

  private static JsonNode wrapped(String type, @Nullable JsonNode memory) {
    ObjectNode wrapped = Json.MAPPER.createObjectNode().put("type", type);
    return wrapped.set("memory", memory == null ? Json.MAPPER.createObjectNode() : memory);
  }

  private StepType known(JsonNode memory) {
    String name = memory.path("type").asString("");
    if (name.isEmpty()) { // of a run that an older version began
      Jobs.Meaning meaning =
          Jobs.meaning(memory.path("job").asString(""), Json.MAPPER.createObjectNode());
      name = meaning == null ? "" : meaning.type();
    }
    StepType type = types.get(name);
    if (type == null) {
      throw new IllegalStateException("no step type " + name);
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
    return kept(known(step.memory()).name(), known(step.memory()).look(inner(step)));
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
