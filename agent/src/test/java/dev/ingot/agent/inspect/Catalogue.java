package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Runs an inspector and holds what it says against the fields that it names. */
final class Catalogue {
  private Catalogue() {}

  static Inspector.Findings inspect(Inspector inspector, Machine machine) {
    Inspector.Findings findings = inspector.inspect(machine);
    assertNamed(inspector, findings.content());
    return findings;
  }

  static void assertNamed(Inspector inspector, JsonNode content) {
    Set<String> named = inspector.fields().stream().map(Field::path).collect(Collectors.toSet());
    Set<String> paths = new TreeSet<>();
    collect(content, "", paths);
    if (named.contains("*")) {
      paths.removeIf(path -> !path.contains("."));
    }
    assertThat(named).as("fields named by inspector %s", inspector.name()).containsAll(paths);
  }

  private static void collect(JsonNode node, String path, Set<String> paths) {
    if (node.isObject()) {
      node.forEachEntry(
          (key, value) -> collect(value, path.isEmpty() ? key : path + "." + key, paths));
    } else if (node.isArray() && node.valueStream().anyMatch(JsonNode::isContainer)) {
      node.forEach(element -> collect(element, path, paths));
    } else if (!path.isEmpty()) {
      paths.add(path);
    }
  }
}
