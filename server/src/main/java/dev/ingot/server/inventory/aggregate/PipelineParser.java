package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a pipeline, strictly: what it does not know it refuses by name. */
final class PipelineParser {
  private static final int MAX_STAGES = 50;
  private static final int MAX_FIELDS = 100;
  private static final int MAX_SORT_KEYS = 8;
  private static final long MAX_COUNT = 1_000_000_000L;
  private static final List<String> STAGES =
      List.of("$match", "$group", "$sort", "$limit", "$skip", "$project", "$unwind", "$count");

  private final ExpressionParser expressions = new ExpressionParser();

  /** The id's name: documents have {@code mercury_id}, groups {@code _id}. */
  private String id = "mercury_id";

  private PipelineParser() {}

  /**
   * Reads a pipeline.
   *
   * @param field the name under which it was sent, for problems
   */
  static Pipeline parse(JsonNode json, String field) {
    if (!json.isArray() || json.size() > MAX_STAGES) {
      throw Problem.invalid(
          field,
          "a pipeline is a list of at most " + MAX_STAGES + " stages, e.g. [{\"$count\": \"n\"}]");
    }
    PipelineParser parser = new PipelineParser();
    List<Stage> stages = new ArrayList<>();
    for (JsonNode stage : json) {
      stages.add(parser.stage(stage, field + "." + stages.size()));
    }
    return Pipeline.of(stages);
  }

  private Stage stage(JsonNode json, String field) {
    if (!json.isObject() || json.size() != 1) {
      throw Problem.invalid(field, "a stage is an object of one operator, e.g. {\"$limit\": 10}");
    }
    String word = json.propertyNames().iterator().next();
    String place = field + "." + word;
    JsonNode operand = json.path(word);
    return switch (word) {
      case "$match" -> new Stage.Match(FilterParser.parse(operand, place), place);
      case "$group" -> group(operand, place);
      case "$sort" -> sort(operand, place);
      case "$limit" -> new Stage.Limit(number(operand, 1, place), place);
      case "$skip" -> new Stage.Skip(number(operand, 0, place), place);
      case "$project" ->
          new Stage.Project(new ShapeParser(expressions).parse(operand, id, place), place);
      case "$unwind" -> unwind(operand, place);
      case "$count" -> count(operand, place);
      default -> throw ExpressionParser.unknown("stage", word, place, STAGES);
    };
  }

  private Stage group(JsonNode json, String place) {
    if (!json.isObject() || !json.has("_id") || json.size() > MAX_FIELDS) {
      throw Problem.invalid(
          place,
          "$group needs an _id, e.g. {\"_id\": \"$dmi.sys_vendor\", \"machines\": {\"$sum\": 1}}");
    }
    Map<String, Stage.Gathering> fields = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!entry.getKey().equals("_id")) {
        String field = place + "." + entry.getKey();
        ExpressionParser.fieldName(entry.getKey(), field);
        fields.put(entry.getKey(), gathering(entry.getValue(), field));
      }
    }
    id = "_id";
    return new Stage.Group(expressions.parse(json.path("_id"), place + "._id"), fields, place);
  }

  private Stage.Gathering gathering(JsonNode json, String field) {
    if (!json.isObject() || json.size() != 1) {
      throw Problem.invalid(field, "an accumulator is an object of one operator: {\"$sum\": 1}");
    }
    String word = json.propertyNames().iterator().next();
    Accumulator accumulator =
        Arrays.stream(Accumulator.values())
            .filter(one -> one.word.equals(word))
            .findFirst()
            .orElseThrow(
                () ->
                    ExpressionParser.unknown(
                        "accumulator", word, field + "." + word, Accumulator.words()));
    JsonNode operand = json.path(word);
    if (operand.isArray()) {
      throw Problem.invalid(field + "." + word, word + " of a $group takes one expression");
    }
    return new Stage.Gathering(accumulator, expressions.parse(operand, field + "." + word));
  }

  private static Stage sort(JsonNode json, String place) {
    if (!json.isObject() || json.isEmpty() || json.size() > MAX_SORT_KEYS) {
      throw Problem.invalid(
          place, "$sort is an object of 1 to 8 paths with 1 or -1, e.g. {\"machines\": -1}");
    }
    List<Stage.SortKey> keys = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String field = place + "." + entry.getKey();
      JsonNode direction = entry.getValue();
      if (!direction.isNumber() || Math.abs(direction.doubleValue()) != 1) {
        throw Problem.invalid(field, "must be 1 (ascending) or -1 (descending)");
      }
      keys.add(
          new Stage.SortKey(FieldPath.parse(entry.getKey(), field), direction.doubleValue() < 0));
    }
    return new Stage.Sort(keys, Long.MAX_VALUE, place);
  }

  private static long number(JsonNode json, long least, String place) {
    if (!json.isNumber()
        || json.doubleValue() != Math.rint(json.doubleValue())
        || json.doubleValue() < least
        || json.doubleValue() > MAX_COUNT) {
      throw Problem.invalid(place, "must be a whole number from " + least + " to " + MAX_COUNT);
    }
    return (long) json.doubleValue();
  }

  private static Stage unwind(JsonNode json, String place) {
    if (json.isString()) {
      return new Stage.Unwind(dollarPath(json, place), null, false, place);
    }
    if (!json.isObject()) {
      throw Problem.invalid(
          place, "$unwind is a path, e.g. \"$interfaces\", or an object with one");
    }
    JsonNode path = json.path("path");
    FieldPath index = null;
    boolean keepEmpty = false;
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String field = place + "." + entry.getKey();
      JsonNode value = entry.getValue();
      switch (entry.getKey()) {
        case "path" -> {}
        case "includeArrayIndex" -> index = indexName(value, field);
        case "preserveNullAndEmptyArrays" -> {
          if (!value.isBoolean()) {
            throw Problem.invalid(field, "must be true or false");
          }
          keepEmpty = value.booleanValue();
        }
        default ->
            throw ExpressionParser.unknown(
                "option",
                entry.getKey(),
                field,
                List.of("path", "includeArrayIndex", "preserveNullAndEmptyArrays"));
      }
    }
    return new Stage.Unwind(dollarPath(path, place + ".path"), index, keepEmpty, place);
  }

  private static FieldPath dollarPath(JsonNode json, String field) {
    if (!json.isString()
        || !json.stringValue().startsWith("$")
        || json.stringValue().startsWith("$$")) {
      throw Problem.invalid(field, "a path begins with a dollar: \"$interfaces\"");
    }
    return FieldPath.parse(json.stringValue().substring(1), field);
  }

  private static @Nullable FieldPath indexName(JsonNode json, String field) {
    if (json.isNull()) {
      return null;
    }
    if (!json.isString() || json.stringValue().startsWith("$")) {
      throw Problem.invalid(field, "must be the name of a field, without a dollar");
    }
    return FieldPath.parse(json.stringValue(), field);
  }

  private Stage count(JsonNode json, String place) {
    if (!json.isString()) {
      throw Problem.invalid(place, "$count needs the name of the field that receives the number");
    }
    ExpressionParser.fieldName(json.stringValue(), place);
    id = "_id";
    return new Stage.Count(json.stringValue(), place);
  }
}
