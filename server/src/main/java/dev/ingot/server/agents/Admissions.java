package dev.ingot.server.agents;

import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Introduction;
import java.util.Map;
import java.util.function.Consumer;

/** Asks the door, in turn, and answers later. */
interface Admissions {
  void admit(Introduction introduction, Consumer<Answer> answer);

  /** What came of it. */
  sealed interface Answer {
    /**
     * @param stored digests of the node's stored sections
     */
    record Admitted(Admission.Admitted admission, Map<String, String> stored) implements Answer {}

    record Refused(String reason, String detail, int retryAfterSeconds) implements Answer {}
  }
}
