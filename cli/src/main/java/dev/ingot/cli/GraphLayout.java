package dev.ingot.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the steps of a workflow stand in a picture, and by which way each edge goes: past what
 * stands between, in a lane of its own in every row that it crosses (after Sugiyama).
 *
 * @param boxes of steps, by name
 * @param ways a way for each edge of the graph, in their order
 */
record GraphLayout(int width, int height, Map<String, Box> boxes, List<List<Box>> ways) {
  static final int WIDTH = 190;
  static final int HEIGHT = 46;
  private static final int LANE = 16;
  private static final int GAP_X = 30;
  static final int GAP_Y = 64;
  private static final int MARGIN = 20;
  private static final int ROUNDS = 4;

  /** A step, or a lane that an edge goes through. */
  record Box(int x, int y, int width) {
    int middle() {
      return x + width / 2;
    }
  }

  /**
   * What stands in a row.
   *
   * @param id a step's name; of a lane what no step is called
   */
  private record Slot(String id, int width) {}

  static GraphLayout of(StepGraph graph) {
    List<List<Slot>> rows = new ArrayList<>();
    Map<String, List<String>> above = new HashMap<>();
    Map<String, List<String>> below = new HashMap<>();
    graph
        .rows()
        .forEach(
            row ->
                rows.add(
                    new ArrayList<>(
                        row.stream().map(each -> new Slot(each.name(), WIDTH)).toList())));
    List<List<String>> chains = new ArrayList<>();
    int number = 0;
    for (StepGraph.Edge edge : graph.edges()) {
      List<String> chain = new ArrayList<>(List.of(edge.from()));
      for (int row = graph.row(edge.from()) + 1; row < graph.row(edge.to()); row++) {
        String lane = "lane " + number + " " + row;
        rows.get(row).add(new Slot(lane, LANE));
        chain.add(lane);
      }
      chain.add(edge.to());
      for (int i = 1; i < chain.size(); i++) {
        below.computeIfAbsent(chain.get(i - 1), _ -> new ArrayList<>()).add(chain.get(i));
        above.computeIfAbsent(chain.get(i), _ -> new ArrayList<>()).add(chain.get(i - 1));
      }
      chains.add(chain);
      number++;
    }
    Map<String, Box> boxes = place(rows);
    for (int round = 0; round < ROUNDS; round++) {
      boxes = sorted(rows, boxes, round % 2 == 0 ? above : below);
    }
    Map<String, Box> placed = boxes;
    Map<String, Box> steps = new LinkedHashMap<>();
    graph
        .rows()
        .forEach(row -> row.forEach(each -> steps.put(each.name(), box(placed, each.name()))));
    return new GraphLayout(
        2 * MARGIN + widest(rows),
        2 * MARGIN + rows.size() * (HEIGHT + GAP_Y) - GAP_Y,
        steps,
        chains.stream()
            .map(chain -> chain.stream().map(each -> box(placed, each)).toList())
            .toList());
  }

  private static Box box(Map<String, Box> boxes, String id) {
    Box box = boxes.get(id);
    if (box == null) {
      throw new IllegalStateException("nothing is called " + id);
    }
    return box;
  }

  /** Each row in the order of what its slots hang on. */
  private static Map<String, Box> sorted(
      List<List<Slot>> rows, Map<String, Box> boxes, Map<String, List<String>> neighbours) {
    Map<String, Box> now = boxes;
    for (List<Slot> row : rows) {
      Map<String, Box> seen = now;
      row.sort(
          Comparator.comparingDouble(
              slot ->
                  neighbours.getOrDefault(slot.id(), List.of()).stream()
                      .mapToInt(each -> box(seen, each).middle())
                      .average()
                      .orElseGet(() -> box(seen, slot.id()).middle())));
      now = place(rows);
    }
    return now;
  }

  private static int widest(List<List<Slot>> rows) {
    return rows.stream().mapToInt(GraphLayout::width).max().orElse(WIDTH);
  }

  private static int width(List<Slot> row) {
    return row.stream().mapToInt(slot -> slot.width() + GAP_X).sum() - GAP_X;
  }

  private static Map<String, Box> place(List<List<Slot>> rows) {
    Map<String, Box> boxes = new HashMap<>();
    int widest = widest(rows);
    for (int row = 0; row < rows.size(); row++) {
      int x = MARGIN + (widest - width(rows.get(row))) / 2;
      for (Slot slot : rows.get(row)) {
        boxes.put(slot.id(), new Box(x, MARGIN + row * (HEIGHT + GAP_Y), slot.width()));
        x += slot.width() + GAP_X;
      }
    }
    return boxes;
  }
}
