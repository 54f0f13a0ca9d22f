package dev.ingot.agent.plugin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The plugins of a folder: the only commands that the node runs by name.
 *
 * @param byName in order of their names
 * @param problems what in the folder is no plugin, and why
 */
record Registered(Map<String, Plugin> byName, List<Problem> problems) {
  static final Registered NONE = new Registered(Map.of(), List.of());

  /**
   * Something that is not registered, or not as somebody meant it.
   *
   * @param file by its name in the folder
   */
  record Problem(String file, String detail) {}

  Registered {
    byName = new TreeMap<>(byName);
    problems = List.copyOf(problems);
  }

  /** The plugin of that name, else the one of that alias; null for none. */
  @Nullable Plugin find(String word) {
    Plugin named = byName.get(word);
    if (named != null) {
      return named;
    }
    return byName.values().stream()
        .filter(plugin -> word.equals(plugin.alias()))
        .findFirst()
        .orElse(null);
  }
}
