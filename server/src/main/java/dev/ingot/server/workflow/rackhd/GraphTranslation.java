package dev.ingot.server.workflow.rackhd;

import dev.ingot.core.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One graph of RackHD as a workflow: its steps are of the type {@code rackhd}, which knows what its
 * jobs mean here. Options go by RackHD's order: base task, task, overrides, the graph's defaults,
 * the graph's options of the label.
 */
final class GraphTranslation {
  private static final Map<String, String> STATES =
      Map.of(
          "succeeded", "succeeded",
          "failed", "errored",
          "timeout", "timed-out",
          "cancelled", "cancelled",
          "finished", "finished");
  private static final long LONGEST_MILLIS = 365L * 24 * 3600 * 1000;

  private final ObjectNode graph;
  private final TaskCatalogue tasks;
  private final String file;
  private final List<String> wrong;
  private final Set<String> names = new LinkedHashSet<>();

  GraphTranslation(ObjectNode graph, TaskCatalogue tasks, String file, List<String> wrong) {
    this.graph = graph;
    this.tasks = tasks;
    this.file = file;
    this.wrong = wrong;
  }

  private void wrong(String place, String problem) {
    wrong.add(file + ": " + place + ": " + problem);
  }

  ObjectNode workflow() {
    ObjectNode workflow =
        Json.MAPPER.createObjectNode().put("name", graph.path("injectableName").asString(""));
    workflow.put("description", graph.path("friendlyName").asString("")).put("dialect", "rackhd");
    ArrayNode steps = workflow.putArray("steps");
    JsonNode list = graph.path("tasks");
    if (!list.isArray() || list.isEmpty()) {
      wrong("tasks", "must be a list of tasks, at least one");
    }
    int at = 0;
    for (JsonNode task : list) {
      ObjectNode step = step(task, "tasks[" + at++ + "]");
      if (step != null) {
        steps.add(step);
      }
    }
    return workflow;
  }

  private @Nullable ObjectNode step(JsonNode task, String at) {
    String label = task.path("label").asString("");
    String place = label.isEmpty() ? at : "tasks." + label;
    if (label.isEmpty()) {
      wrong(at + ".label", "is missing");
      return null;
    }
    if (!names.add(name(label))) {
      wrong(place + ".label", "is there twice");
      return null;
    }
    ObjectNode definition = definition(task, place);
    if (definition == null) {
      return null;
    }
    String baseName = definition.path("implementsTask").asString("");
    ObjectNode base = definition.has("runJob") ? definition : tasks.find(last(baseName));
    if (base == null || !base.has("runJob")) {
      wrong(place, "its base task " + baseName + " is not known");
      return null;
    }
    ObjectNode merged = options(task, label, definition, base);
    ObjectNode step = Json.MAPPER.createObjectNode().put("name", name(label)).put("type", "rackhd");
    step.put("description", definition.path("friendlyName").asString(""));
    ObjectNode options = step.putObject("options");
    options.put("task", TaskCatalogue.name(definition));
    options.put("job", base.path("runJob").asString());
    JsonNode required = base.path("requiredOptions");
    if (required.isArray() && !required.isEmpty()) {
      options.set("required", required);
    }
    options.set("options", merged);
    timeout(step, merged);
    if (task.path("ignoreFailure").asBoolean(false)) {
      step.put("ignoreFailure", true);
    }
    JsonNode waitOn = task.path("waitOn");
    if (waitOn.isObject() && !waitOn.isEmpty()) {
      step.set("after", after(waitOn, place + ".waitOn"));
    } else if (!waitOn.isMissingNode() && !waitOn.isNull() && !waitOn.isObject()) {
      wrong(place + ".waitOn", "must be an object of labels and states");
    }
    return step;
  }

  private @Nullable ObjectNode definition(JsonNode task, String place) {
    if (task.path("taskDefinition") instanceof ObjectNode inline) {
      return inline;
    }
    String name = task.path("taskName").asString("");
    if (name.isEmpty()) {
      wrong(place, "has neither taskName nor taskDefinition");
      return null;
    }
    ObjectNode found = tasks.find(last(name));
    if (found == null) {
      wrong(place + ".taskName", "there is no task " + last(name));
    }
    return found;
  }

  /** A task may be named by its path in RackHD's API. */
  private static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** Labels are free texts, names of steps are not. */
  private static String name(String label) {
    String name = label.replaceAll("[^A-Za-z0-9_-]", "-");
    name = name.length() > 64 ? name.substring(0, 64) : name;
    return name.startsWith("-") ? "s" + name.substring(1) : name;
  }

  private ObjectNode options(JsonNode task, String label, ObjectNode definition, ObjectNode base) {
    ObjectNode merged = Json.MAPPER.createObjectNode();
    put(merged, base.path("options"));
    if (!definition.equals(base)) {
      put(merged, definition.path("options"));
    }
    put(merged, task.path("optionOverrides"));
    JsonNode defaults = graph.path("options").path("defaults");
    boolean hasSchema = base.has("optionsSchema") || definition.has("optionsSchema");
    defaults.forEachEntry(
        (name, value) -> {
          if (hasSchema || merged.has(name) || isRequired(base, name)) {
            merged.set(name, value);
          }
        });
    graph
        .path("options")
        .path(label)
        .forEachEntry(
            (name, value) -> {
              // Null falls back to what is there.
              if (!value.isNull() || !merged.has(name)) {
                merged.set(name, value);
              }
            });
    return merged;
  }

  private static boolean isRequired(ObjectNode base, String name) {
    return base.path("requiredOptions")
        .valueStream()
        .anyMatch(each -> each.asString("").equals(name));
  }

  private static void put(ObjectNode into, JsonNode from) {
    from.forEachEntry(into::set);
  }

  /** Milliseconds; none or less than one is for ever, which is a year here. */
  private static void timeout(ObjectNode step, ObjectNode options) {
    JsonNode said = options.get("_taskTimeout");
    if (said == null) {
      said = options.path("schedulerOverrides").get("timeout");
    }
    if (said != null && said.isNumber()) {
      long millis = said.asLong();
      step.put(
          "timeout",
          millis <= 0 || millis >= LONGEST_MILLIS ? "365d" : Math.min(millis, 999_999_999L) + "ms");
      if (millis > 999_999_999L && millis < LONGEST_MILLIS) {
        step.put("timeout", millis / 1000 + "s");
      }
    }
  }

  private ObjectNode after(JsonNode waitOn, String place) {
    ObjectNode after = Json.MAPPER.createObjectNode();
    waitOn.forEachEntry(
        (label, states) -> {
          if (label.equals("anyOf")) {
            ObjectNode any = after.putObject("any");
            states.forEachEntry(
                (each, its) -> any.set(name(each), states(its, place + "." + each)));
          } else {
            after.set(name(label), states(states, place + "." + label));
          }
        });
    return after;
  }

  private ArrayNode states(JsonNode states, String place) {
    ArrayNode words = Json.MAPPER.createArrayNode();
    List<JsonNode> all = states.isArray() ? states.valueStream().toList() : List.of(states);
    for (JsonNode each : all) {
      String word = STATES.get(each.asString(""));
      if (word == null) {
        wrong(place, "must be succeeded, failed, timeout, cancelled or finished");
      } else {
        words.add(word);
      }
    }
    return words;
  }
}
