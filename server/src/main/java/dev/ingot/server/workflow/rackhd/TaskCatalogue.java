package dev.ingot.server.workflow.rackhd;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Task definitions by name: those that are loaded now, those that were loaded before, and of those
 * that RackHD ships at least base task and job.
 */
final class TaskCatalogue {
  /** A key of definitions that no file has. */
  private static final String SHORT = " short";

  /** Schemas are kept beside the tasks, under a name that no task has. */
  private static final String SCHEMA = "schema ";

  private static final Map<String, ObjectNode> SHIPPED = shipped();

  private final Handle handle;
  private final Map<String, ObjectNode> now = new HashMap<>();
  private final Map<String, ObjectNode> schemas = new HashMap<>();

  TaskCatalogue(Handle handle) {
    this.handle = handle;
  }

  private static Map<String, ObjectNode> shipped() {
    Map<String, ObjectNode> known = new HashMap<>();
    try (InputStream in = TaskCatalogue.class.getResourceAsStream("/rackhd/catalogue.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 3))
          .forEach(words -> add(known, words));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(known);
  }

  private static void add(Map<String, ObjectNode> known, String[] words) {
    String key = words[1].toLowerCase(Locale.ROOT);
    if (words[0].equals("action")) {
      ObjectNode task = Objects.requireNonNull(known.get(key), words[1]);
      task.putObject("options").put("action", words[2]);
      return;
    }
    known.put(
        key,
        Json.MAPPER
            .createObjectNode()
            .put("injectableName", words[1])
            .put(words[0].equals("base") ? "runJob" : "implementsTask", words[2])
            .put(SHORT, true));
  }

  /** Whether only its name and what it implements are known, and none of its options. */
  static boolean isShort(ObjectNode definition) {
    return definition.path(SHORT).asBoolean(false);
  }

  /** A schema that tasks name by its file; loaded now, or before. */
  @Nullable JsonNode schema(String file) {
    ObjectNode loaded = schemas.get(file);
    return loaded != null
        ? loaded
        : handle
            .createQuery("SELECT definition FROM rackhd_task WHERE name = :name")
            .bind("name", SCHEMA + file)
            .mapTo(String.class)
            .findOne()
            .map(Json::read)
            .orElse(null);
  }

  void addSchema(String file, ObjectNode schema) {
    schemas.put(file, schema);
  }

  boolean isEmpty() {
    return now.isEmpty() && schemas.isEmpty();
  }

  void add(ObjectNode definition) {
    now.put(name(definition), definition);
  }

  static String name(JsonNode definition) {
    return definition.path("injectableName").asString("");
  }

  /** A definition by its name, however it is written in capitals; null when nobody knows it. */
  @Nullable ObjectNode find(String name) {
    ObjectNode found = now.get(name);
    if (found != null) {
      return found;
    }
    for (Map.Entry<String, ObjectNode> each : now.entrySet()) {
      if (each.getKey().equalsIgnoreCase(name)) {
        return each.getValue();
      }
    }
    return handle
        .createQuery(
            "SELECT definition FROM rackhd_task WHERE lower(name) = lower(:name)"
                + " ORDER BY name = :name DESC LIMIT 1")
        .bind("name", name)
        .mapTo(String.class)
        .findOne()
        .map(text -> (ObjectNode) Json.read(text))
        .orElseGet(() -> SHIPPED.get(name.toLowerCase(Locale.ROOT)));
  }

  void store(Principal who) {
    Map<String, ObjectNode> all = new HashMap<>(now);
    schemas.forEach((file, schema) -> all.put(SCHEMA + file, schema));
    all.forEach(
        (name, definition) ->
            handle
                .createUpdate(
                    "INSERT INTO rackhd_task (name, definition, changed_by) VALUES (:name,"
                        + " :definition, :who) ON CONFLICT (name) DO UPDATE SET definition ="
                        + " excluded.definition, changed = now(), changed_by = :who")
                .bind("name", name)
                .bind("definition", Json.write(definition))
                .bind("who", who.name())
                .execute());
  }
}
