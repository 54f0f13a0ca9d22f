package dev.ingot.server.workflow.rackhd;

import dev.ingot.core.Json;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What RackHD's {@code optionsSchema} says, draft 4, as one schema of 2020-12 that refers to
 * nothing: references, also into other files, are written out.
 */
final class TaskSchema {
  private static final int DEEPEST = 40;
  private static final int MOST = 20_000;
  private static final Set<String> NOTES =
      Set.of(
          "$schema",
          "id",
          "$id",
          "title",
          "description",
          "copyright",
          "describeJob",
          "readonly",
          "default",
          "definitions",
          "$defs",
          "format");

  /** Keywords whose value is an object of names and schemas. */
  private static final Set<String> NAMED = Set.of("properties", "patternProperties");

  private static final List<String> LISTS = List.of("allOf", "anyOf", "oneOf");

  private final Function<String, @Nullable JsonNode> files;
  private int parts;

  private TaskSchema(Function<String, @Nullable JsonNode> files) {
    this.files = files;
  }

  /** Whether a file that is neither graph nor task is a schema. */
  static boolean isSchema(ObjectNode json) {
    return !json.has("steps")
        && !json.has("name")
        && (json.has("properties") || json.has("definitions") || json.has("allOf"));
  }

  /** The last part of a file's name, by which schemas name each other. */
  static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Reads one.
   *
   * @param said an object, or the name of a file
   * @param files schemas by their file's name, null where there is none
   * @return null where there is nothing to check by
   * @throws IllegalArgumentException when it cannot be used, saying why
   */
  static @Nullable JsonNode of(
      @Nullable JsonNode said, Function<String, @Nullable JsonNode> files) {
    if (said == null || said.isNull()) {
      return null;
    }
    JsonNode root = said.isString() ? files.apply(said.asString()) : said;
    if (root == null || !root.isObject() || root.isEmpty()) {
      return null;
    }
    JsonNode written = new TaskSchema(files).written(root, root, 0);
    // Texts in it would be taken for templates.
    return written.isEmpty() || Json.write(written).contains("{{") ? null : written;
  }

  private JsonNode written(JsonNode schema, JsonNode root, int depth) {
    if (depth > DEEPEST || ++parts > MOST) {
      throw new IllegalArgumentException("its references go in circles, or it is too large");
    }
    if (!(schema instanceof ObjectNode object)) {
      return schema;
    }
    JsonNode reference = object.get("$ref");
    if (reference != null && reference.isString()) {
      return referred(reference.asString(), root, depth);
    }
    ObjectNode into = Json.MAPPER.createObjectNode();
    object.forEachEntry((name, value) -> keyword(into, name, value, root, depth));
    exclusive(into, object, "exclusiveMinimum", "minimum");
    exclusive(into, object, "exclusiveMaximum", "maximum");
    return into;
  }

  /** In draft 4 what stands beside a reference says nothing. */
  private JsonNode referred(String reference, JsonNode root, int depth) {
    String[] parts = reference.split("#", 2);
    JsonNode file = parts[0].isEmpty() ? root : files.apply(fileName(parts[0]));
    if (file == null) {
      return Json.MAPPER.createObjectNode(); // a file that was not loaded: nothing to check by
    }
    JsonNode found = parts.length < 2 || parts[1].isEmpty() ? file : file.at(parts[1]);
    return found.isMissingNode() ? Json.MAPPER.createObjectNode() : written(found, file, depth + 1);
  }

  private void keyword(ObjectNode into, String name, JsonNode value, JsonNode root, int depth) {
    if (NOTES.contains(name) || name.startsWith("exclusive") || name.startsWith("x-")) {
      return;
    }
    if (NAMED.contains(name) && value.isObject()) {
      ObjectNode named = into.putObject(name);
      value.forEachEntry((each, its) -> named.set(each, written(its, root, depth + 1)));
    } else if (LISTS.contains(name) && value.isArray()) {
      ArrayNode list = into.putArray(name);
      value.forEach(each -> list.add(written(each, root, depth + 1)));
    } else if (name.equals("items") && value.isArray()) {
      ArrayNode list = into.putArray("prefixItems");
      value.forEach(each -> list.add(written(each, root, depth + 1)));
    } else if (name.equals("required") && !value.isArray()) {
      return; // draft 3
    } else if (value.isObject() && !name.equals("enum") && !name.equals("const")) {
      into.set(name, written(value, root, depth + 1));
    } else {
      into.set(name, value);
    }
  }

  private static void exclusive(ObjectNode into, ObjectNode said, String keyword, String bound) {
    JsonNode value = said.path(keyword);
    if (value.isNumber()) {
      into.set(keyword, value);
    } else if (value.asBoolean(false) && said.path(bound).isNumber()) {
      into.set(keyword, said.path(bound));
      into.remove(bound);
    }
  }
}
