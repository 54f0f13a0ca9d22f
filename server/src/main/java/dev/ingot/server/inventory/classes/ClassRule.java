package dev.ingot.server.inventory.classes;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.definitions.Definition;
import dev.ingot.server.inventory.definitions.DefinitionName;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.inventory.filter.FilterPaths;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A rule: the nodes that its filter matches, and no rule before it, are of the class of its name.
 *
 * @param priority rules are tried in its order, lower first
 * @param definition as it was written, without the name
 */
record ClassRule(String name, int priority, ObjectNode definition) {
  static final int DEFAULT_PRIORITY = 100;
  private static final int LARGEST_PRIORITY = 1_000_000;
  private static final List<String> FIELDS = List.of("name", "description", "priority", "filter");

  /**
   * What a rule may ask of a node beside its document: what people and the boot network say of it,
   * and not what comes and goes by itself, since nobody would look at the rule again.
   */
  private static final Set<String> ATTRIBUTES =
      Set.of(
          "mercury_id",
          "node.id",
          "node.hostname",
          "node.network",
          "node.tags",
          "node.location.site",
          "node.location.rack",
          "node.location.unit",
          "node.standing",
          "node.protected",
          "node.first_seen");

  /**
   * Reads a definition and checks all of it.
   *
   * @throws Problem naming the field and the rule
   */
  static ClassRule parse(String name, JsonNode json) {
    Definition.bound(json);
    ObjectNode given = Definition.object(json, "", FIELDS);
    Definition.name(given, DefinitionName.checked(name, "name"));
    Definition.text(given, "description", "");
    JsonNode filter = given.get("filter");
    if (filter == null) {
      throw Problem.invalid("filter", "is missing: which nodes are of the class; {} for all");
    }
    for (FieldPath path : FilterPaths.of(FilterParser.parse(filter, "filter"))) {
      if (Queries.isAttribute(path) && !ATTRIBUTES.contains(path.toString())) {
        throw Problem.invalid(
            "filter." + path,
            "a class must not depend on what comes and goes; of the node it may ask "
                + Problem.oneOf(ATTRIBUTES.stream().sorted().toList()));
      }
    }
    priority(given);
    ObjectNode definition = JsonNodeFactory.instance.objectNode();
    for (String field : FIELDS) {
      if (given.has(field) && !field.equals("name")) {
        definition.set(field, given.path(field));
      }
    }
    return of(name, (ObjectNode) Json.read(Json.write(definition)));
  }

  /** A rule that was checked when it was stored. */
  static ClassRule of(String name, ObjectNode definition) {
    return new ClassRule(name, priority(definition), definition);
  }

  private static int priority(ObjectNode definition) {
    JsonNode priority = definition.get("priority");
    if (priority == null) {
      return DEFAULT_PRIORITY;
    }
    if (!priority.isIntegralNumber()
        || !priority.canConvertToInt()
        || priority.intValue() < 0
        || priority.intValue() > LARGEST_PRIORITY) {
      throw Problem.invalid(
          "priority", "must be a whole number from 0 to " + LARGEST_PRIORITY + ", lower first");
    }
    return priority.intValue();
  }

  JsonNode filter() {
    return definition.path("filter");
  }

  /** As it is shown and can be loaded again. */
  ObjectNode shown() {
    ObjectNode shown = JsonNodeFactory.instance.objectNode().put("name", name);
    shown.setAll(definition);
    return shown;
  }
}
