package dev.ingot.server.jobs.preprocess;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An instruction that is an object, in YAML or JSON. */
record Instruction(ObjectNode fields) {
  /**
   * @throws Problem naming the field and what would be right
   */
  static Instruction read(String text, Set<String> known) {
    JsonNode read;
    try {
      LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
      read = Json.MAPPER.valueToTree(new Load(settings).loadFromString(text));
    } catch (YamlEngineException | IllegalArgumentException e) {
      throw Problem.invalid("instruction", "is neither YAML nor JSON: " + e.getMessage());
    }
    if (!(read instanceof ObjectNode fields)) {
      throw Problem.invalid(
          "instruction", "must be an object with " + String.join(", ", new TreeSet<>(known)));
    }
    for (String name : fields.propertyNames()) {
      if (!known.contains(name)) {
        throw Problem.invalid(
            "instruction." + name,
            "is not known; known are " + String.join(", ", new TreeSet<>(known)));
      }
    }
    return new Instruction(fields);
  }

  /** The template: text, or a list of lines as the original has it. */
  String template() {
    JsonNode template = fields.path("template");
    if (template.isString()) {
      return template.asString();
    }
    if (template.isArray() && template.valueStream().allMatch(JsonNode::isString)) {
      List<String> lines = template.valueStream().map(JsonNode::asString).toList();
      return String.join("\n", lines);
    }
    throw Problem.invalid("instruction.template", "must be text or a list of lines");
  }

  @Nullable String text(String name) {
    JsonNode value = fields.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw Problem.invalid("instruction." + name, "must be text");
    }
    return value.asString();
  }
}
