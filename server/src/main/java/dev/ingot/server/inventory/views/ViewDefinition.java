package dev.ingot.server.inventory.views;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.definitions.Definition;
import dev.ingot.server.inventory.definitions.DefinitionName;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.problem.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a view asks and shows.
 *
 * @param source as it was written, fields in one order, without the name: what is stored
 * @param columns empty: whatever the items have
 */
record ViewDefinition(
    String name,
    ObjectNode source,
    List<ViewColumn> columns,
    Map<String, ViewParameter> parameters) {
  private static final List<String> FIELDS =
      List.of(
          "name",
          "description",
          "parameters",
          "filter",
          "projection",
          "sort",
          "pipeline",
          "columns");

  /**
   * Reads a definition and checks all of it that can be checked without running it.
   *
   * @throws Problem naming the field and the rule
   */
  static ViewDefinition parse(String name, JsonNode json, Questions questions) {
    Definition.bound(json);
    ObjectNode given = Definition.object(json, "", FIELDS);
    Definition.name(given, DefinitionName.checked(name, "name"));
    Definition.text(given, "description", "");
    ObjectNode source = JsonNodeFactory.instance.objectNode();
    for (String field : FIELDS) {
      if (given.has(field) && !field.equals("name")) {
        source.set(field, given.path(field));
      }
    }
    // Once through text, so that what is stored reads back as the same.
    return of(name, (ObjectNode) Json.read(Json.write(source))).checked(questions);
  }

  /** A definition that was checked when it was stored. */
  static ViewDefinition of(String name, ObjectNode source) {
    JsonNode columns = source.get("columns");
    JsonNode parameters = source.get("parameters");
    return new ViewDefinition(
        name,
        source,
        columns == null ? List.of() : ViewColumn.parse(columns),
        parameters == null ? Map.of() : ViewParameter.parse(parameters));
  }

  private ViewDefinition checked(Questions questions) {
    if (isAggregation()) {
      for (String field : List.of("projection", "sort")) {
        if (source.has(field)) {
          throw Problem.invalid(
              field, "a view with a pipeline has its " + field + " there: $" + shortened(field));
        }
      }
    }
    Map<String, JsonNode> samples = new HashMap<>();
    parameters.forEach((name, parameter) -> samples.put(name, parameter.sample()));
    Substitution substitution = new Substitution(samples);
    JsonNode filter = substituted(substitution, "filter");
    JsonNode pipeline = substituted(substitution, "pipeline");
    for (String name : parameters.keySet()) {
      if (!substitution.used().contains(name)) {
        throw Problem.invalid(
            "parameters." + name, "is used nowhere: {\"$parameter\": \"" + name + "\"}");
      }
    }
    if (pipeline == null) {
      JsonNode projection = source.get("projection");
      questions.check(question(filter, null, null, null));
      if (projection != null) {
        ShownPaths.ofProjection(projection).check(columns);
      }
    } else {
      questions.check(filter, pipeline);
      ShownPaths.ofPipeline(pipeline).check(columns);
    }
    return this;
  }

  private static String shortened(String field) {
    return field.equals("projection") ? "project" : field;
  }

  private @Nullable JsonNode substituted(Substitution substitution, String field) {
    JsonNode value = source.get(field);
    return value == null ? null : substitution.in(value, field);
  }

  /** Whether its items are made of many nodes, so that they are no nodes. */
  boolean isAggregation() {
    return source.has("pipeline");
  }

  @Nullable String description() {
    JsonNode description = source.get("description");
    return description == null ? null : description.asString("");
  }

  /**
   * The values of the parameters.
   *
   * @param given by whoever runs the view, null for none
   */
  Map<String, JsonNode> values(@Nullable JsonNode given) {
    Map<String, JsonNode> values = new HashMap<>();
    if (given != null) {
      Definition.object(given, "parameters", parameters.keySet());
    }
    parameters.forEach(
        (name, parameter) -> {
          JsonNode chosen = given == null ? null : given.get(name);
          JsonNode value =
              chosen == null ? parameter.preset() : parameter.read(chosen, "parameters." + name);
          if (value == null) {
            throw Problem.invalid(
                "parameters." + name, "is missing; the view has no default for it");
          }
          values.put(name, value);
        });
    return values;
  }

  /** The filter with the values in it. */
  JsonNode filter(Map<String, JsonNode> values) {
    JsonNode filter = substituted(new Substitution(values), "filter");
    return filter == null ? JsonNodeFactory.instance.objectNode() : filter;
  }

  /** The stages of an aggregation, the filter the first. */
  JsonNode pipeline(Map<String, JsonNode> values) {
    JsonNode pipeline = substituted(new Substitution(values), "pipeline");
    return pipeline == null ? JsonNodeFactory.instance.arrayNode() : pipeline;
  }

  /** The question that it asks of documents. */
  QueryBody question(
      @Nullable JsonNode filter,
      @Nullable Integer limit,
      @Nullable String cursor,
      @Nullable Boolean count) {
    JsonNode projection = source.get("projection");
    return new QueryBody(
        filter,
        projection == null && !columns.isEmpty() ? ShownPaths.projection(columns) : projection,
        source.get("sort"),
        limit,
        cursor,
        count);
  }
}
