package dev.ingot.server.workflow.definition;

import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a definition, each with its place; a bounded number of them. */
public final class Findings {
  private static final int MOST = 100;
  private static final int SHOWN = 10;
  private final List<Finding> found = new ArrayList<>();

  /**
   * One thing that is wrong.
   *
   * @param place e.g. {@code steps.boot.after.power}
   */
  public record Finding(String place, String problem) {}

  public void add(String place, String problem) {
    if (found.size() < MOST) {
      found.add(new Finding(place, problem));
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<Finding> all() {
    return List.copyOf(found);
  }

  /** Refuses a definition with which something is wrong, naming everything. */
  public void refuse() {
    if (found.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (Finding each : found.subList(0, Math.min(SHOWN, found.size()))) {
      text.append(text.isEmpty() ? "" : "\n").append(each.place()).append(": ");
      text.append(each.problem());
    }
    if (found.size() > SHOWN) {
      text.append("\nand ").append(found.size() - SHOWN).append(" more");
    }
    throw Problem.invalid(found.getFirst().place(), text.toString());
  }
}
