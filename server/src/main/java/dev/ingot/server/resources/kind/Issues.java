package dev.ingot.server.resources.kind;

import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A write of resources is refused: what is wrong with each, by its place in the request. */
public final class Issues extends RuntimeException {
  private static final int SHOWN = 5;

  private final transient Map<Integer, List<Issue>> byPlace;
  private final boolean several;

  /**
   * @param byPlace of those with something wrong
   * @param several whether the request was a list
   */
  public Issues(Map<Integer, List<Issue>> byPlace, boolean several) {
    super(byPlace.toString());
    this.byPlace = new TreeMap<>(byPlace);
    this.several = several;
  }

  /** What is wrong with the only one. */
  public Issues(List<Issue> issues) {
    this(Map.of(0, issues), false);
  }

  public Issues(Issue issue) {
    this(List.of(issue));
  }

  public Map<Integer, List<Issue>> byPlace() {
    return byPlace;
  }

  /** As a problem: the first names the field, the others stand behind it. */
  public Problem problem() {
    List<String> lines = new ArrayList<>();
    String field = "";
    Issue.Fault fault = Issue.Fault.OTHER;
    int count = 0;
    for (Map.Entry<Integer, List<Issue>> entry : byPlace.entrySet()) {
      for (Issue issue : entry.getValue()) {
        String place = several ? entry.getKey() + "." + issue.field() : issue.field();
        if (count++ == 0) {
          field = place;
          fault = issue.fault();
          lines.add(issue.text());
        } else if (count <= SHOWN) {
          lines.add(place + ": " + issue.text());
        }
      }
    }
    if (count > SHOWN) {
      lines.add("and " + (count - SHOWN) + " more");
    }
    Problem.Kind kind =
        switch (fault) {
          case NOT_UNIQUE, TRANSITION, HELD -> Problem.Kind.CONFLICT;
          case UNKNOWN_FIELD, MISSING, WRONG_TYPE, NULL, NOT_ALLOWED, READ_ONLY, OTHER ->
              Problem.Kind.INVALID;
        };
    return new Problem(kind, String.join("; ", lines), field, this);
  }
}
