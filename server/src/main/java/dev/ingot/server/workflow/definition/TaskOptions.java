package dev.ingot.server.workflow.definition;

import dev.ingot.core.Json;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The options of a task of RackHD beside what its definitions ask for: {@code required} names, and
 * a {@code schema}. Null is as if it were left out, as in RackHD's graphs.
 */
public final class TaskOptions {
  private TaskOptions() {}

  /** Names what cannot be, whatever a run may add. */
  static void checkGiven(JsonNode step, String place, Findings findings) {
    JsonNode schema = step.path("schema");
    if (schema.isObject()) {
      ObjectNode given = Json.MAPPER.createObjectNode();
      step.path("options").forEachEntry(given::set);
      step.path("own").forEachEntry(given::set);
      OptionsFit.check(withoutRequired(schema), withoutNulls(given), place, findings, true);
    }
  }

  /** Names what must be there and is not, templates being there. */
  public static void checkThere(JsonNode step, String place, Findings findings) {
    Set<String> names = new LinkedHashSet<>();
    step.path("required").forEach(each -> names.add(each.asString("")));
    required(step.path("schema"), names);
    for (String name : names) {
      if (!step.path("options").hasNonNull(name)) {
        findings.add(
            place + "." + name,
            "is missing: " + step.path("task").asString("the task") + " wants it");
      }
    }
  }

  private static void required(JsonNode schema, Set<String> names) {
    schema.path("required").forEach(each -> names.add(each.asString("")));
    schema.path("allOf").forEach(each -> required(each, names));
  }

  /** What is wrong with options in which nothing is left to fill in; null when nothing is. */
  public static @Nullable String misfit(JsonNode step) {
    Findings findings = new Findings();
    checkThere(step, "options", findings);
    if (findings.isEmpty() && step.path("schema").isObject()) {
      OptionsFit.check(
          step.path("schema"), withoutNulls(step.path("options")), "options", findings, false);
    }
    if (findings.isEmpty()) {
      return null;
    }
    Findings.Finding first = findings.all().getFirst();
    return "Task " + step.path("task").asString("") + ": " + first.place() + ": " + first.problem();
  }

  private static JsonNode withoutNulls(JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    ObjectNode kept = Json.MAPPER.createObjectNode();
    object.forEachEntry(
        (name, each) -> {
          if (!each.isNull()) {
            kept.set(name, each);
          }
        });
    return kept;
  }

  private static JsonNode withoutRequired(JsonNode schema) {
    if (schema instanceof ArrayNode list) {
      ArrayNode kept = Json.MAPPER.createArrayNode();
      list.forEach(each -> kept.add(withoutRequired(each)));
      return kept;
    }
    if (!(schema instanceof ObjectNode object)) {
      return schema;
    }
    ObjectNode kept = Json.MAPPER.createObjectNode();
    object.forEachEntry(
        (name, each) -> {
          boolean counts =
              name.equals("not")
                  || name.equals("minProperties")
                  || (name.equals("required") && each.isArray());
          if (!counts) {
            // What tells the alternatives apart may have gone.
            kept.set(name.equals("oneOf") ? "anyOf" : name, withoutRequired(each));
          }
        });
    return kept;
  }
}
