package dev.ingot.server.inventory.aggregate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code $sort} at work; equal ones stay in the order in which they came. */
final class Sorting implements Sink {
  private final Stage.Sort stage;
  private final Sink next;
  private final Run run;
  private final Comparator<Row> order;

  /** The last of the wanted ones first. */
  private final PriorityQueue<Row> kept;

  private long count;

  private record Row(ObjectNode document, List<JsonNode> keys, long number, long weight) {}

  Sorting(Stage.Sort stage, Sink next, Run run) {
    this.stage = stage;
    this.next = next;
    this.run = run;
    this.order = (left, right) -> compare(left.keys, left.number, right.keys, right.number);
    this.kept = new PriorityQueue<>(order.reversed());
  }

  private int compare(List<JsonNode> left, long number, List<JsonNode> right, long other) {
    int keys = SortTuple.compare(stage.keys(), left, right);
    return keys != 0 ? keys : Long.compare(number, other);
  }

  @Override
  public boolean take(ObjectNode document) {
    run.step();
    List<JsonNode> keys = SortTuple.of(stage, document);
    Row last = kept.peek();
    if (last != null
        && kept.size() >= stage.most()
        && compare(keys, count, last.keys, last.number) > 0) {
      return true;
    }
    Row row = new Row(document, keys, count++, Held.weight(document) + Held.ENTRY);
    run.held.add(row.weight, stage.place());
    kept.add(row);
    if (kept.size() > stage.most()) {
      run.held.release(kept.remove().weight);
    }
    return true;
  }

  @Override
  public void end() {
    List<Row> rows = new ArrayList<>(kept);
    rows.sort(order);
    for (Row row : rows) {
      if (!next.take(row.document)) {
        break;
      }
    }
    next.end();
  }
}
