package dev.ingot.server.workflow.definition;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.Storable;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** From JSON to a workflow, everything that is wrong with it named with its place. */
public final class WorkflowReader {
  private static final List<String> FIELDS =
      List.of("name", "description", "dialect", "inputs", "options", "steps");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final int LARGEST = 1 << 20;

  private final KnownTypes types;

  public WorkflowReader(KnownTypes types) {
    this.types = types;
  }

  /** Whether a workflow may be called so. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Reads a definition.
   *
   * @param findings what is wrong goes there; the workflow is of use only if there is nothing
   */
  public Workflow read(JsonNode json, Findings findings) {
    Fields fields = Fields.of(json, "", findings, FIELDS);
    String name = fields.text("name", 100);
    if (name == null || !isName(name)) {
      fields.wrong(
          "name",
          "a workflow's name is 1 to 100 letters, digits, dots, dashes and underscores, beginning"
              + " with a letter or digit");
    }
    if (Json.bytes(json).length > LARGEST) {
      findings.add("definition", "is larger than " + (LARGEST >> 20) + " MiB");
    }
    try {
      Storable.check("", json);
    } catch (Problem unstorable) {
      findings.add(String.valueOf(unstorable.field()), unstorable.detail());
    }
    JsonNode options = fields.get("options");
    if (options != null && !options.isObject()) {
      fields.wrong("options", "must be an object");
    }
    List<Step> steps = steps(fields, findings);
    Workflow workflow =
        new Workflow(
            name == null ? "" : name,
            fields.text("description", 4000),
            isForeign(fields),
            inputs(fields, findings),
            options instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode(),
            steps,
            Workflow.places(steps),
            json instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
    if (workflow.places().size() == steps.size()) { // else names are there twice
      new GraphCheck(workflow, findings).check();
      new ReferenceCheck(workflow, types, findings).check();
    }
    return workflow;
  }

  private static boolean isForeign(Fields fields) {
    String dialect = fields.text("dialect", 20);
    if (dialect != null && !dialect.equals("ingot") && !dialect.equals("rackhd")) {
      fields.wrong("dialect", "must be ingot or rackhd");
    }
    return "rackhd".equals(dialect);
  }

  private List<Step> steps(Fields fields, Findings findings) {
    JsonNode json = fields.get("steps");
    if (json == null || !json.isArray() || json.isEmpty()) {
      fields.wrong("steps", "must be a list of steps, at least one");
      return List.of();
    }
    if (json.size() > Workflow.MOST_STEPS) {
      fields.wrong(
          "steps",
          "a workflow has at most %d steps, this one %d; put some into workflows of their own"
              .formatted(Workflow.MOST_STEPS, json.size()));
      return List.of();
    }
    StepReader reader = new StepReader(findings, types);
    List<Step> steps = new ArrayList<>();
    Map<String, Integer> seen = new LinkedHashMap<>();
    for (JsonNode each : json) {
      Step step = reader.read(each, steps.size());
      Integer other = seen.putIfAbsent(step.name(), steps.size());
      if (other != null && !step.name().isEmpty()) {
        findings.add(
            "steps[" + steps.size() + "].name",
            "steps[" + other + "] is called " + Fields.shortened(step.name()) + " too");
      }
      steps.add(step);
    }
    return List.copyOf(steps);
  }

  private static Map<String, Workflow.Input> inputs(Fields workflow, Findings findings) {
    Map<String, Workflow.Input> inputs = new LinkedHashMap<>();
    JsonNode json = workflow.get("inputs");
    if (json == null) {
      return inputs;
    }
    if (!json.isObject()) {
      workflow.wrong("inputs", "must be an object of names and what they are");
      return inputs;
    }
    json.forEachEntry(
        (name, each) -> {
          Fields fields =
              Fields.of(
                  each,
                  "inputs." + Fields.shortened(name),
                  findings,
                  List.of("description", "required", "default", "schema"));
          JsonNode schema = fields.get("schema");
          if (schema != null && !schema.isObject()) {
            fields.wrong("schema", "must be a JSON Schema, an object");
          }
          JsonNode otherwise = each.get("default");
          if (schema != null && otherwise != null) {
            OptionsFit.check(schema, otherwise, fields.place("default"), findings);
          }
          inputs.put(
              name,
              new Workflow.Input(
                  fields.text("description", 1000),
                  fields.flag("required"),
                  otherwise,
                  schema != null && schema.isObject() ? schema : null));
        });
    return inputs;
  }
}
