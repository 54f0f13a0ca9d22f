package dev.ingot.server.inventory.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The short way to a plugin's value: {@code plugins.facter.kernel} is {@code
 * plugins.facter.value.kernel}, unless it is one of the result's own fields.
 */
final class PluginPath {
  private static final Set<String> OWN =
      Set.of(
          "time", "valueTime", "exit", "error", "format", "source", "job", "milliseconds", "value");

  private PluginPath() {}

  static List<String> of(List<String> keys) {
    if (keys.size() < 3 || !keys.getFirst().equals("plugins") || OWN.contains(keys.get(2))) {
      return keys;
    }
    List<String> whole = new ArrayList<>(keys);
    whole.add(2, "value");
    return whole;
  }
}
