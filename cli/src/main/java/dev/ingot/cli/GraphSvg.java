package dev.ingot.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A workflow as a picture (SVG 1.1). */
final class GraphSvg {
  private static final int WIDTH = 190;
  private static final int HEIGHT = 46;
  private static final int GAP_X = 30;
  private static final int GAP_Y = 60;
  private static final int MARGIN = 20;

  private record Point(int x, int y) {}

  private GraphSvg() {}

  static String of(String name, StepGraph graph) {
    int widest = graph.rows().stream().mapToInt(List::size).max().orElse(1);
    int width = 2 * MARGIN + widest * (WIDTH + GAP_X) - GAP_X;
    int height = 2 * MARGIN + graph.rows().size() * (HEIGHT + GAP_Y) - GAP_Y;
    Map<String, Point> places = new LinkedHashMap<>();
    for (int row = 0; row < graph.rows().size(); row++) {
      List<StepGraph.Vertex> steps = graph.rows().get(row);
      int left = (width - (steps.size() * (WIDTH + GAP_X) - GAP_X)) / 2;
      for (int i = 0; i < steps.size(); i++) {
        places.put(
            steps.get(i).name(),
            new Point(left + i * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y)));
      }
    }
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
        font-family="sans-serif" font-size="12">
        <title>%s</title>
        <defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" \
        markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>
        """
            .formatted(width, height, width, height, escaped(name)));
    for (StepGraph.Edge edge : graph.edges()) {
      Point from = places.get(edge.from());
      Point to = places.get(edge.to());
      if (from != null && to != null) {
        line(svg, edge, from, to);
      }
    }
    for (List<StepGraph.Vertex> row : graph.rows()) {
      for (StepGraph.Vertex vertex : row) {
        Point at = places.getOrDefault(vertex.name(), new Point(0, 0));
        svg.append(
            """
            <g><rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="#f4f7fb" stroke="#345"/>\
            <text x="%d" y="%d" text-anchor="middle" font-weight="bold">%s</text>\
            <text x="%d" y="%d" text-anchor="middle" fill="#567">%s</text></g>
            """
                .formatted(
                    at.x(),
                    at.y(),
                    WIDTH,
                    HEIGHT,
                    at.x() + WIDTH / 2,
                    at.y() + 19,
                    escaped(shortened(vertex.name())),
                    at.x() + WIDTH / 2,
                    at.y() + 36,
                    escaped(vertex.type())));
      }
    }
    return svg.append("</svg>").toString();
  }

  private static void line(StringBuilder svg, StepGraph.Edge edge, Point from, Point to) {
    int x1 = from.x() + WIDTH / 2;
    int y1 = from.y() + HEIGHT;
    int x2 = to.x() + WIDTH / 2;
    int y2 = to.y();
    String colour =
        edge.outcomes().equals("succeeded")
            ? "#2a7"
            : edge.outcomes().startsWith("fail") ? "#c33" : "#777";
    svg.append(
        """
        <path d="M%d %d C%d %d %d %d %d %d" fill="none" stroke="%s"%s marker-end="url(#end)">\
        <title>%s</title></path>
        """
            .formatted(
                x1,
                y1,
                x1,
                y1 + GAP_Y / 2,
                x2,
                y2 - GAP_Y / 2,
                x2,
                y2,
                colour,
                edge.any() ? " stroke-dasharray=\"4 3\"" : "",
                escaped(edge.from() + " " + edge.outcomes() + " → " + edge.to())));
  }

  private static String shortened(String text) {
    return text.length() > 26 ? text.substring(0, 25) + "…" : text;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
