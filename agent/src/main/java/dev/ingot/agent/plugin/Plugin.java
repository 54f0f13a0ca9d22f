package dev.ingot.agent.plugin;

import dev.ingot.core.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A command that a node runs by its name.
 *
 * @param command as it is written; {@code argv} are its words
 * @param format what its output is, one of {@link #FORMATS}
 * @param alias another name for it, null for none
 * @param scheduled when it runs by itself, as it is written; null for never
 * @param user who runs it, null for the agent's own user
 * @param file that registers it, by its name in the folder
 */
record Plugin(
    String name,
    String description,
    String command,
    List<String> argv,
    String format,
    @Nullable String alias,
    Duration timeout,
    @Nullable String scheduled,
    @Nullable Schedule schedule,
    @Nullable String user,
    String file) {
  static final List<String> FORMATS =
      List.of("output", "json", "yaml", "pylist", "pydict", "raw", "string");

  Plugin {
    argv = List.copyOf(argv);
  }

  /** As it is published. */
  ObjectNode toJson() {
    ObjectNode object =
        Json.MAPPER
            .createObjectNode()
            .put("name", name)
            .put("description", description)
            .put("command", command)
            .put("format", format);
    if (alias != null) {
      object.put("alias", alias);
    }
    object.put("timeout", timeout.toSeconds());
    if (scheduled != null) {
      object.put("schedule", scheduled);
    }
    if (user != null) {
      object.put("user", user);
    }
    return object.put("file", file);
  }
}
