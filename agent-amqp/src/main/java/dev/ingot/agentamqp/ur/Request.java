package dev.ingot.agentamqp.ur;

import dev.ingot.amqp.JsonMessage;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.core.Json;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something to be run.
 *
 * @param name of the node, which the answer carries
 * @param id which the answer carries too
 * @param file the program, null for a script
 * @param arguments of the capability {@code run}
 */
record Request(String name, String id, @Nullable Path file, ObjectNode arguments) {
  private static final Pattern ID = Pattern.compile("[^.*#\\p{Cntrl}\\s]{1,128}");
  private static final Pattern VARIABLE = Pattern.compile("[^=\\x00]{1,1024}");
  private static final int MOST_ARGUMENTS = 4_096;
  private static final int MOST_VARIABLES = 1_024;

  /** A request's id as one word of a key. */
  static String checkedId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new UnreadableMessage("no request's id: " + JsonMessage.shown(id));
    }
    return id;
  }

  /**
   * Reads what was asked for.
   *
   * @param folder where relative files lie
   * @throws UnreadableMessage if it is nothing that can be run
   */
  static Request of(String name, String id, JsonNode body, Path folder) {
    ObjectNode arguments = Json.MAPPER.createObjectNode();
    String type = body.path("type").asString("");
    ArrayNode words =
        switch (type) {
          case "script" -> {
            arguments.put("script", text(body, "script"));
            yield arguments.putArray("arguments");
          }
          case "file" -> arguments.putArray("argv");
          default ->
              throw new UnreadableMessage(
                  "its type is "
                      + JsonMessage.shown(body.path("type").toString())
                      + ", script or file is wanted");
        };
    Path file = type.equals("file") ? path(folder, text(body, "file")) : null;
    if (file != null) {
      words.add(file.toString());
    }
    arguments(body.path("args"), words);
    environment(body.path("env"), arguments);
    return new Request(name, checkedId(id), file, arguments);
  }

  private static String text(JsonNode body, String key) {
    JsonNode value = body.path(key);
    if (!value.isString() || value.stringValue().isEmpty()) {
      throw new UnreadableMessage("it has no " + key);
    }
    return withoutNul(key, value.stringValue());
  }

  private static String withoutNul(String key, String text) {
    if (key.equals("script") ? text.isEmpty() : text.indexOf('\0') >= 0) {
      throw new UnreadableMessage("a NUL in its " + key);
    }
    return text;
  }

  private static Path path(Path folder, String file) {
    return folder.resolve(file);
  }

  private static void arguments(JsonNode given, ArrayNode words) {
    if (given.isMissingNode() || given.isNull()) {
      return;
    }
    if (!given.isArray() || given.size() > MOST_ARGUMENTS) {
      throw new UnreadableMessage("its args are no list of at most " + MOST_ARGUMENTS + " texts");
    }
    for (JsonNode word : given) {
      if (!word.isValueNode() || word.isNull()) {
        throw new UnreadableMessage("its args are no list of texts");
      }
      words.add(withoutNul("args", word.asString()));
    }
  }

  private static void environment(JsonNode given, ObjectNode arguments) {
    if (given.isMissingNode() || given.isNull()) {
      return;
    }
    if (!given.isObject() || given.size() > MOST_VARIABLES) {
      throw new UnreadableMessage("its env is no object of at most " + MOST_VARIABLES + " texts");
    }
    ObjectNode environment = arguments.putObject("environment");
    given.forEachEntry(
        (name, value) -> {
          if (!VARIABLE.matcher(name).matches() || !value.isValueNode() || value.isNull()) {
            throw new UnreadableMessage("its env has what is no variable");
          }
          environment.put(name, withoutNul("env", value.asString()));
        });
  }
}
