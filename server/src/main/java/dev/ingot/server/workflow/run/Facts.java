package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.expression.Scope;
import dev.ingot.server.workflow.machine.RunState;
import dev.ingot.server.workflow.machine.StepState;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the templates of a step see; a document is read only where a template asks for it. */
final class Facts implements Scope {
  private final Handle handle;
  private final Workflow workflow;
  private final RunRow row;
  private final RunState run;
  private final ObjectNode options;
  private final Map<String, JsonNode> known = new HashMap<>();

  Facts(Handle handle, Workflow workflow, RunRow row, RunState run, ObjectNode stepOptions) {
    this.handle = handle;
    this.workflow = workflow;
    this.row = row;
    this.run = run;
    this.options = workflow.options().deepCopy();
    if (workflow.isForeign()) { // RackHD's templates see the task's own options and no others
      merge(options, stepOptions.path("options"), false);
    } else {
      merge(options, row.options().path("defaults"), false);
      merge(options, stepOptions, false);
    }
  }

  /** The step's options with what the run was given for it, templates still in them. */
  static ObjectNode options(Step step, JsonNode given) {
    ObjectNode options = step.options().deepCopy();
    if (step.type().equals("rackhd") && options.path("options") instanceof ObjectNode task) {
      return ofTask(step, options, task, given);
    }
    merge(options, given.path("defaults"), true);
    merge(options, given.path(step.name()), false);
    return options;
  }

  /**
   * A task of RackHD has its options one level below. What the run was given goes into the graph's
   * options, and those of the label go over its defaults, wherever either came from.
   */
  private static ObjectNode ofTask(Step step, ObjectNode options, ObjectNode task, JsonNode given) {
    merge(task, given.path("defaults"), !options.path("open").asBoolean(false));
    ObjectNode own =
        options.remove("own") instanceof ObjectNode said
            ? said
            : JsonNodeFactory.instance.objectNode();
    String label = options.path("label").asString(step.name());
    merge(own, given.path(label), false);
    own.forEachEntry(
        (name, value) -> {
          // Null falls back to what is there.
          if (!value.isNull() || !task.has(name)) {
            task.set(name, value);
          }
        });
    return options;
  }

  private static void merge(ObjectNode into, JsonNode from, boolean knownOnly) {
    from.forEachEntry(
        (name, value) -> {
          JsonNode old = into.get(name);
          if (old instanceof ObjectNode object && value.isObject()) {
            merge(object, value, false);
          } else if (!knownOnly || old != null) {
            into.set(name, value.deepCopy());
          }
        });
  }

  @Override
  public @Nullable JsonNode value(String root) {
    return switch (root) {
      case "options" -> options;
      case "inputs" -> row.inputs();
      case "run" -> known.computeIfAbsent(root, _ -> run());
      case "steps" -> known.computeIfAbsent(root, _ -> steps());
      case "callbacks" -> known.computeIfAbsent(root, _ -> callbacks());
      case "node" -> row.node() == null ? null : known.computeIfAbsent(root, _ -> node());
      case "inventory" -> row.node() == null ? null : known.computeIfAbsent(root, _ -> document());
      case "context" -> workflow.isForeign() ? row.inputs().path("context") : null;
      case "task" ->
          workflow.isForeign()
              ? Json.MAPPER
                  .createObjectNode()
                  .put("nodeId", row.node())
                  .put("instanceId", "run-" + row.id())
              : null;
      default -> workflow.isForeign() ? row.inputs().get(root) : null;
    };
  }

  @Override
  public boolean knowsBareWords() {
    return workflow.isForeign();
  }

  private JsonNode run() {
    return Json.MAPPER
        .createObjectNode()
        .put("id", row.id())
        .put("root", row.root())
        .put("workflow", workflow.name())
        .put("node", row.node())
        .put("createdBy", row.createdBy());
  }

  private JsonNode steps() {
    ObjectNode steps = Json.MAPPER.createObjectNode();
    for (int i = 0; i < run.steps().size(); i++) {
      StepState state = run.steps().get(i);
      if (state.status().isFinal()) {
        ObjectNode step = steps.putObject(workflow.steps().get(i).name());
        step.put("status", state.status().word()).put("attempt", state.attempt());
        step.put("reason", state.reason());
        if (state.result() != null) {
          step.set("result", state.result());
        }
      }
    }
    return steps;
  }

  private JsonNode callbacks() {
    ObjectNode callbacks = Json.MAPPER.createObjectNode();
    for (Step step : workflow.steps()) {
      if (step.type().equals("wait-callback")) {
        String token = CallbackToken.of(row, workflow.place(step.name()));
        callbacks
            .putObject(step.name())
            .put("token", token)
            .put("path", "/api/v1/callbacks/" + token);
      }
    }
    return callbacks;
  }

  private JsonNode node() {
    return handle
        .createQuery(
            """
            SELECT json_build_object('id', v.id, 'hostname', v.hostname, 'tags', v.tags,
              'location', json_build_object('site', v.site, 'rack', v.rack, 'unit', v.unit),
              'network', v.network, 'address', v.remote_address)::text
            FROM node_attributes v WHERE v.id = :id
            """)
        .bind("id", row.node())
        .mapTo(String.class)
        .findOne()
        .map(Json::read)
        .orElseGet(() -> Json.MAPPER.createObjectNode().put("id", row.node()));
  }

  private JsonNode document() {
    return handle
        .createQuery("SELECT doc::text FROM inventory WHERE node = :id")
        .bind("id", row.node())
        .mapTo(String.class)
        .findOne()
        .map(Json::read)
        .orElseGet(Json.MAPPER::createObjectNode);
  }
}
