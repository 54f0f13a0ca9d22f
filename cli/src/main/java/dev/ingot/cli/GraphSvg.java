package dev.ingot.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A workflow as a picture (SVG 1.1). */
final class GraphSvg {
  private static final int LONGEST = 26;

  private final StepGraph graph;
  private final GraphLayout layout;
  private final StringBuilder svg = new StringBuilder();

  private GraphSvg(StepGraph graph) {
    this.graph = graph;
    this.layout = GraphLayout.of(graph);
  }

  static String of(String name, StepGraph graph) {
    return new GraphSvg(graph).draw(name);
  }

  private String draw(String name) {
    int width = layout.width();
    int height = layout.height();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
        font-family="sans-serif" font-size="12">
        <title>%s</title>
        <defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" \
        markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>
        <rect width="%d" height="%d" fill="#fff"/>
        """
            .formatted(width, height, width, height, escaped(name), width, height));
    List<Integer> starts = spread(false);
    List<Integer> ends = spread(true);
    for (int i = 0; i < graph.edges().size(); i++) {
      edge(graph.edges().get(i), layout.ways().get(i), starts.get(i), ends.get(i));
    }
    graph.rows().forEach(row -> row.forEach(this::step));
    return svg.append("</svg>").toString();
  }

  /** Where on the edge of its box each edge begins, or ends: beside each other. */
  private List<Integer> spread(boolean atEnd) {
    Map<String, List<Integer>> byStep = new HashMap<>();
    for (int i = 0; i < graph.edges().size(); i++) {
      StepGraph.Edge edge = graph.edges().get(i);
      byStep.computeIfAbsent(atEnd ? edge.to() : edge.from(), _ -> new ArrayList<>()).add(i);
    }
    int[] places = new int[graph.edges().size()];
    byStep
        .values()
        .forEach(
            edges -> {
              edges.sort(
                  Comparator.comparingInt(
                      each -> {
                        List<GraphLayout.Box> way = layout.ways().get(each);
                        return way.get(atEnd ? way.size() - 2 : 1).middle();
                      }));
              for (int i = 0; i < edges.size(); i++) {
                List<GraphLayout.Box> way = layout.ways().get(edges.get(i));
                GraphLayout.Box box = atEnd ? way.getLast() : way.getFirst();
                places[edges.get(i)] = box.x() + box.width() * (i + 1) / (edges.size() + 1);
              }
            });
    return java.util.Arrays.stream(places).boxed().toList();
  }

  private void step(StepGraph.Vertex vertex) {
    GraphLayout.Box at = layout.boxes().get(vertex.name());
    if (at == null) {
      throw new IllegalStateException("no place for " + vertex.name());
    }
    svg.append(
        """
        <g><title>%s (%s)</title>\
        <rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="#f4f7fb" stroke="#345"/>\
        <text x="%d" y="%d" text-anchor="middle" font-weight="bold">%s</text>\
        <text x="%d" y="%d" text-anchor="middle" fill="#567">%s</text></g>
        """
            .formatted(
                escaped(vertex.name()),
                escaped(vertex.type()),
                at.x(),
                at.y(),
                at.width(),
                GraphLayout.HEIGHT,
                at.middle(),
                at.y() + 19,
                escaped(shortened(vertex.name())),
                at.middle(),
                at.y() + 36,
                escaped(shortened(vertex.type()))));
  }

  private void edge(StepGraph.Edge edge, List<GraphLayout.Box> way, int start, int end) {
    int x = start;
    int y = way.getFirst().y() + GraphLayout.HEIGHT;
    StringBuilder path = new StringBuilder("M" + x + " " + y);
    for (int i = 1; i < way.size(); i++) {
      boolean last = i == way.size() - 1;
      int toX = last ? end : way.get(i).middle();
      int toY = way.get(i).y();
      int half = (toY - y) / 2;
      path.append(" C%d %d %d %d %d %d".formatted(x, y + half, toX, toY - half, toX, toY));
      x = toX;
      y = last ? toY : toY + GraphLayout.HEIGHT;
      path.append(last ? "" : " V" + y);
    }
    String colour = colour(edge.outcomes());
    svg.append(
        """
        <path d="%s" fill="none" stroke="%s"%s marker-end="url(#end)"><title>%s</title></path>
        """
            .formatted(
                path,
                colour,
                edge.any() ? " stroke-dasharray=\"4 3\"" : "",
                escaped(edge.from() + " " + edge.outcomes() + " → " + edge.to())));
    if (!edge.outcomes().equals("succeeded")) {
      svg.append(
          """
          <text x="%d" y="%d" font-size="10" fill="%s" stroke="#fff" stroke-width="3" \
          paint-order="stroke">%s</text>
          """
              .formatted(
                  start + 3,
                  way.getFirst().y() + GraphLayout.HEIGHT + 12,
                  colour,
                  escaped(shortened(edge.outcomes()))));
    }
  }

  private static String colour(String outcomes) {
    return switch (outcomes) {
      case "succeeded" -> "#2a7";
      case "finished" -> "#777";
      default -> outcomes.contains("succeeded") ? "#777" : "#c33";
    };
  }

  private static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
