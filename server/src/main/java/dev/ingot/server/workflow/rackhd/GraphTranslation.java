package dev.ingot.server.workflow.rackhd;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.definition.WorkflowReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, List<String>> lacking = new LinkedHashMap<>();

  GraphTranslation(ObjectNode graph, TaskCatalogue tasks, String file, List<String> wrong) {
    this.graph = graph;
    this.tasks = tasks;
    this.file = file;
    this.wrong = wrong;
  }

  private void wrong(String place, String problem) {
    wrong.add(file + ": " + place + ": " + problem);
  }

  /** What its jobs need and this server lacks, with the labels of the tasks. */
  List<String> lacks() {
    List<String> lacks = new ArrayList<>();
    lacking.forEach((job, labels) -> lacks.add(job + " (" + String.join(", ", labels) + ")"));
    return lacks;
  }

  /** Graphs may be called anything, workflows not. */
  static String workflowName(String graphName) {
    String name = graphName.strip().replaceAll("[^A-Za-z0-9._-]+", "-");
    name = name.length() > 100 ? name.substring(0, 100) : name;
    return name.replaceFirst("^[._-]+", "");
  }

  ObjectNode workflow() {
    String graphName = graph.path("injectableName").asString("");
    if (!WorkflowReader.isName(workflowName(graphName))) {
      wrong("injectableName", "must have a letter or digit");
    }
    ObjectNode workflow = Json.MAPPER.createObjectNode().put("name", workflowName(graphName));
    workflow.put("description", graph.path("friendlyName").asString("")).put("dialect", "rackhd");
    ArrayNode steps = workflow.putArray("steps");
    JsonNode list = graph.path("tasks");
    if (!list.isArray() || list.isEmpty()) {
      wrong("tasks", "must be a list of tasks, at least one");
    }
    int at = 0;
    for (JsonNode task : list) {
      name(task.path("label").asString(""), "tasks[" + at++ + "]");
    }
    at = 0;
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
    String name = stepName(label);
    ObjectNode step = Json.MAPPER.createObjectNode().put("name", name).put("type", "rackhd");
    step.put("description", definition.path("friendlyName").asString(""));
    ObjectNode options = step.putObject("options");
    if (!name.equals(label)) {
      options.put("label", label);
    }
    options.put("task", TaskCatalogue.name(definition));
    options.put("job", base.path("runJob").asString());
    JsonNode required = base.path("requiredOptions");
    if (required.isArray() && !required.isEmpty()) {
      options.set("required", required);
    }
    schema(options, definition, base, place);
    boolean open = takesAll(definition, base);
    if (open) {
      options.put("open", true);
    }
    ObjectNode merged = options(task, definition, base, open);
    options.set("options", merged);
    ObjectNode whole = merged.deepCopy();
    if (graph.path("options").path(label) instanceof ObjectNode own && !own.isEmpty()) {
      options.set("own", own);
      own.forEachEntry(
          (each, value) -> {
            if (!value.isNull() || !whole.has(each)) {
              whole.set(each, value);
            }
          });
    }
    String lacks = Jobs.lacks(base.path("runJob").asString(), whole);
    if (lacks != null) {
      lacking.computeIfAbsent(lacks, _ -> new ArrayList<>()).add(label);
    }
    timeout(step, whole);
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

  /** Labels are free texts, names of steps are not; no two may become the same. */
  private void name(String label, String at) {
    if (label.isEmpty()) {
      return;
    }
    if (names.containsKey(label)) {
      wrong(at + ".label", label + " is there twice");
      return;
    }
    String name = plain(label);
    for (int i = 2; names.containsValue(name) || name.equals("any"); i++) {
      String end = "-" + i;
      String whole = plain(label);
      name = whole.substring(0, Math.min(whole.length(), 64 - end.length())) + end;
    }
    names.put(label, name);
  }

  private static String plain(String label) {
    String name = label.replaceAll("[^A-Za-z0-9_-]", "-");
    name = name.length() > 64 ? name.substring(0, 64) : name;
    return name.startsWith("-") ? "s" + name.substring(1) : name;
  }

  private String stepName(String label) {
    String name = names.get(label);
    return name == null ? label : name;
  }

  private void schema(ObjectNode options, ObjectNode definition, ObjectNode base, String place) {
    try {
      JsonNode own = TaskSchema.of(schemaOf(definition), tasks::schema);
      JsonNode ofBase =
          definition.equals(base) ? null : TaskSchema.of(schemaOf(base), tasks::schema);
      if (own != null && ofBase != null) {
        options.putObject("schema").putArray("allOf").add(ofBase).add(own);
      } else if (own != null || ofBase != null) {
        options.set("schema", own == null ? ofBase : own);
      }
    } catch (IllegalArgumentException e) {
      wrong(place + ".optionsSchema", String.valueOf(e.getMessage()));
    }
  }

  /** Older versions call it schemaRef. */
  private static @Nullable JsonNode schemaOf(ObjectNode task) {
    JsonNode schema = task.get("optionsSchema");
    return schema == null ? task.get("schemaRef") : schema;
  }

  /** Tasks with a schema get all defaults; so do those of which only the name is known. */
  private static boolean takesAll(ObjectNode definition, ObjectNode base) {
    return schemaOf(base) != null
        || schemaOf(definition) != null
        || TaskCatalogue.isShort(definition)
        || TaskCatalogue.isShort(base);
  }

  private ObjectNode options(
      JsonNode task, ObjectNode definition, ObjectNode base, boolean takesAll) {
    ObjectNode merged = Json.MAPPER.createObjectNode();
    put(merged, base.path("options"));
    if (!definition.equals(base)) {
      put(merged, definition.path("options"));
    }
    put(merged, task.path("optionOverrides"));
    JsonNode defaults = graph.path("options").path("defaults");
    defaults.forEachEntry(
        (name, value) -> {
          if (takesAll || merged.has(name) || isRequired(base, name)) {
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
                (each, its) -> any.set(stepName(each), states(its, place + "." + each)));
          } else {
            after.set(stepName(label), states(states, place + "." + label));
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
