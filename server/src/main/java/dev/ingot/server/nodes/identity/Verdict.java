package dev.ingot.server.nodes.identity;

import java.util.List;

/** Which node the facts mean. */
public sealed interface Verdict {
  /** Exactly this one. */
  record Same(String nodeId) implements Verdict {}

  /** None that is known. */
  record Unknown() implements Verdict {}

  /**
   * It cannot be told: more than one, or one whose UUID it has and nothing else of.
   *
   * @param nodeIds at least one
   */
  record Disputed(List<String> nodeIds, String reason) implements Verdict {
    public Disputed {
      nodeIds = List.copyOf(nodeIds);
    }
  }
}
