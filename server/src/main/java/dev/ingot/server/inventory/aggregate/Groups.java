package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code $group} at work: groups come out in the order of their first documents. */
final class Groups implements Sink {
  /** Each of 100,000 machines may be a group of its own. */
  static final int MOST_GROUPS = 250_000;

  private final Stage.Group stage;
  private final List<Map.Entry<String, Stage.Gathering>> fields;
  private final Sink next;
  private final Run run;
  private final Map<Object, Kept> groups = new LinkedHashMap<>();

  private record Kept(JsonNode id, Accumulator.Running[] running) {}

  Groups(Stage.Group stage, Sink next, Run run) {
    this.stage = stage;
    this.fields = List.copyOf(stage.fields().entrySet());
    this.next = next;
    this.run = run;
  }

  @Override
  public boolean take(ObjectNode document) {
    run.step();
    JsonNode found = stage.id().of(document);
    JsonNode id = found.isMissingNode() ? NullNode.getInstance() : found;
    Object key = ValueKey.of(id);
    Kept group = groups.get(key);
    if (group == null) {
      group = begin(id);
      groups.put(key, group);
    }
    for (int i = 0; i < fields.size(); i++) {
      JsonNode value = fields.get(i).getValue().of().of(document);
      group.running[i].take(value, run.held, stage.place());
    }
    return true;
  }

  private Kept begin(JsonNode id) {
    if (groups.size() == MOST_GROUPS) {
      throw Problem.invalid(
          stage.place(), "there would be more than " + MOST_GROUPS + " groups: $match before it");
    }
    run.held.add(2 * Held.weight(id) + Held.ENTRY * (1L + fields.size()), stage.place());
    Accumulator.Running[] running = new Accumulator.Running[fields.size()];
    for (int i = 0; i < running.length; i++) {
      running[i] = fields.get(i).getValue().accumulator().start();
    }
    return new Kept(id, running);
  }

  @Override
  public void end() {
    for (Kept group : groups.values()) {
      run.step();
      ObjectNode made = JsonNodeFactory.instance.objectNode();
      made.set("_id", group.id);
      for (int i = 0; i < group.running.length; i++) {
        made.set(fields.get(i).getKey(), group.running[i].result());
      }
      if (!next.take(made)) {
        break;
      }
    }
    next.end();
  }
}
