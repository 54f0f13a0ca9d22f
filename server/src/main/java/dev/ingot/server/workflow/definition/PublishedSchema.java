package dev.ingot.server.workflow.definition;

import dev.ingot.core.Json;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema of workflows, for editors: what it allows is read, and checked further. */
public final class PublishedSchema {
  private PublishedSchema() {}

  /** With the options of every step type that there is. */
  public static JsonNode of(KnownTypes types) {
    ObjectNode schema =
        (ObjectNode)
            Json.read(
                """
                {"$schema": "https://json-schema.org/draft/2020-12/schema",
                 "$id": "urn:ingot:workflow", "title": "Workflow", "type": "object",
                 "additionalProperties": false, "required": ["steps"],
                 "properties": {
                  "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
                  "description": {"type": "string", "maxLength": 4000},
                  "dialect": {"enum": ["ingot", "rackhd"]},
                  "inputs": {"type": "object", "additionalProperties": {"type": "object",
                   "additionalProperties": false, "properties": {
                    "description": {"type": "string"}, "required": {"type": "boolean"},
                    "default": {}, "schema": {"type": "object"}}}},
                  "options": {"type": "object"},
                  "steps": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"$ref": "#/$defs/step"}}},
                 "$defs": {
                  "time": {"anyOf": [{"type": "integer", "minimum": 1},
                   {"type": "string", "pattern": "^[0-9]{1,9}(ms|s|m|min|h|d)$"}]},
                  "expression": {"type": ["string", "boolean"], "maxLength": 2000},
                  "step": {"type": "object", "additionalProperties": false,
                   "required": ["name", "type"], "properties": {
                    "name": {"type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$"},
                    "description": {"type": "string", "maxLength": 1000},
                    "options": {"type": "object"},
                    "ignoreFailure": {"type": "boolean"},
                    "timeout": {"$ref": "#/$defs/time"},
                    "when": {"$ref": "#/$defs/expression"},
                    "group": {"type": "object", "additionalProperties": false,
                     "required": ["name", "most"], "properties": {
                      "name": {"type": "string", "maxLength": 64},
                      "most": {"type": "integer", "minimum": 1}}},
                    "spread": {"type": "object", "additionalProperties": false, "required": ["of"],
                     "properties": {"of": {"type": "string",
                       "pattern": "^(rack|site|all|tag:.+)$"},
                      "most": {"type": "integer", "minimum": 1},
                      "percent": {"type": "integer", "minimum": 1, "maximum": 100}}},
                    "retry": {"type": "object", "additionalProperties": false,
                     "required": ["times"], "properties": {
                      "times": {"type": "integer", "minimum": 1, "maximum": 100},
                      "pause": {"$ref": "#/$defs/time"}, "longest": {"$ref": "#/$defs/time"},
                      "factor": {"type": "number", "minimum": 1, "maximum": 10},
                      "when": {"$ref": "#/$defs/expression"}}},
                    "deadline": {"anyOf": [{"$ref": "#/$defs/time"}, {"type": "object",
                     "additionalProperties": false, "required": ["after"], "properties": {
                      "after": {"$ref": "#/$defs/time"}}}]},
                    "after": {"anyOf": [{"type": "string"},
                     {"type": "array", "items": {"type": "string"}},
                     {"type": "object", "properties": {"any": {"$ref": "#/$defs/conditions"}},
                      "additionalProperties": {"$ref": "#/$defs/outcomes"}}]}}},
                  "conditions": {"type": "object", "minProperties": 1,
                   "additionalProperties": {"$ref": "#/$defs/outcomes"}}}}
                """);
    ObjectNode definitions = (ObjectNode) schema.path("$defs");
    ObjectNode word = Json.MAPPER.createObjectNode();
    word.set("enum", Json.MAPPER.valueToTree(Outcome.words()));
    definitions.set("outcome", word);
    definitions.set(
        "outcomes",
        Json.read(
            "{\"anyOf\": [{\"$ref\": \"#/$defs/outcome\"}, {\"type\": \"array\", \"minItems\": 1,"
                + " \"items\": {\"$ref\": \"#/$defs/outcome\"}}]}"));
    ObjectNode step = (ObjectNode) definitions.path("step");
    ObjectNode type = ((ObjectNode) step.path("properties")).putObject("type");
    type.set("enum", Json.MAPPER.valueToTree(types.names()));
    List<String> escalations =
        Arrays.stream(Step.Escalation.values()).map(StepReader::word).toList();
    ObjectNode then = Json.MAPPER.createObjectNode();
    then.set("enum", Json.MAPPER.valueToTree(escalations));
    ObjectNode either = Json.MAPPER.createObjectNode();
    either.putArray("anyOf").add(then).addObject().put("type", "array").set("items", then);
    ((ObjectNode) step.path("properties").path("deadline").path("anyOf").path(1).path("properties"))
        .set("then", either);
    ArrayNode all = step.putArray("allOf");
    for (String name : types.names()) {
      ObjectNode branch = all.addObject();
      branch.putObject("if").putObject("properties").putObject("type").put("const", name);
      branch
          .putObject("then")
          .putObject("properties")
          .putObject("options")
          .put("$ref", "#/$defs/options-" + name);
      JsonNode options = types.schema(name);
      // A template may stand where another type is wanted, so only the names of options bind here.
      ObjectNode names = definitions.putObject("options-" + name).put("type", "object");
      if (options != null) {
        ObjectNode properties = names.putObject("properties");
        options
            .path("properties")
            .forEachEntry(
                (each, what) -> {
                  JsonNode described = what.path("description");
                  ObjectNode property = properties.putObject(each);
                  if (described.isString()) {
                    property.put("description", described.asString());
                  }
                });
        if (options.has("required")) {
          names.set("required", options.path("required"));
        }
        names.put("additionalProperties", !options.path("additionalProperties").isBoolean());
      }
    }
    return schema;
  }
}
