package dev.ingot.cli;

import java.util.ArrayList;
import java.util.List;

/** A workflow drawn with letters: row below row, each step with what leads to it. */
final class GraphText {
  private GraphText() {}

  static List<String> lines(StepGraph graph) {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < graph.rows().size(); row++) {
      if (row > 0) {
        lines.add("  │");
      }
      for (StepGraph.Vertex vertex : graph.rows().get(row)) {
        lines.add("  %s [%s] %s".formatted(row == 0 ? "●" : "├─▶", vertex.name(), vertex.type()));
        List<StepGraph.Edge> into = graph.into(vertex.name());
        for (StepGraph.Edge edge : into) {
          lines.add(
              "  │      %s %s %s"
                  .formatted(edge.any() ? "any:" : "after", edge.from(), edge.outcomes()));
        }
      }
    }
    return lines;
  }
}
