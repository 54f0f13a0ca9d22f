package dev.ingot.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The steps of a workflow in rows: each stands below everything that it waits for.
 *
 * @param rows of steps, the first ones first
 */
record StepGraph(List<List<Vertex>> rows, List<Edge> edges) {
  /** A step. */
  record Vertex(String name, String type) {}

  /**
   * What one waits for.
   *
   * @param any whether one of several is enough
   */
  record Edge(String from, String to, String outcomes, boolean any) {}

  static StepGraph of(JsonNode steps) {
    Map<String, Vertex> vertices = new LinkedHashMap<>();
    List<Edge> edges = new ArrayList<>();
    for (JsonNode step : steps) {
      String name = step.path("name").asString("");
      String type = step.path("type").asString("");
      // All tasks of RackHD have one type: which one it is says more.
      String task = step.path("options").path("task").asString("");
      vertices.put(name, new Vertex(name, type.equals("rackhd") && !task.isEmpty() ? task : type));
      JsonNode after = step.path("after");
      if (after.isString()) {
        edges.add(new Edge(after.asString(), name, "succeeded", false));
      } else if (after.isArray()) {
        after.forEach(each -> edges.add(new Edge(each.asString(), name, "succeeded", false)));
      } else if (after.isObject()) {
        conditions(after, name, false, edges);
        conditions(after.path("any"), name, true, edges);
      }
    }
    Map<String, Integer> row = new LinkedHashMap<>();
    vertices.keySet().forEach(name -> row.put(name, 0));
    // At most as many rounds as steps: a stored workflow has no circles.
    boolean changed = true;
    for (int round = 0; changed && round <= vertices.size(); round++) {
      changed = false;
      for (Edge edge : edges) {
        int below = row.getOrDefault(edge.from(), 0) + 1;
        if (row.getOrDefault(edge.to(), 0) < below) {
          row.put(edge.to(), below);
          changed = true;
        }
      }
    }
    List<List<Vertex>> rows = new ArrayList<>();
    vertices.forEach(
        (name, vertex) -> {
          int at = row.getOrDefault(name, 0);
          while (rows.size() <= at) {
            rows.add(new ArrayList<>());
          }
          rows.get(at).add(vertex);
        });
    return new StepGraph(rows, edges);
  }

  private static void conditions(JsonNode from, String to, boolean any, List<Edge> edges) {
    from.forEachEntry(
        (step, words) -> {
          if (!words.isObject()) {
            edges.add(new Edge(step, to, Column.plain(words).replace(",", " or "), any));
          }
        });
  }

  /** In which row a step stands. */
  int row(String step) {
    for (int row = 0; row < rows.size(); row++) {
      if (rows.get(row).stream().anyMatch(vertex -> vertex.name().equals(step))) {
        return row;
      }
    }
    throw new IllegalArgumentException("no step " + step);
  }

  List<Edge> into(String step) {
    return edges.stream().filter(edge -> edge.to().equals(step)).toList();
  }
}
