package dev.ingot.server.jobs.preprocess;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the arguments of each node's task from one instruction, before anything is sent. Found by
 * {@link java.util.ServiceLoader}; one instance serves all jobs and threads.
 */
public interface JobPreprocessor {
  /** What a job calls it by. */
  String name();

  /**
   * Makes the arguments of some of a job's nodes, at most 100 at a time.
   *
   * @throws dev.ingot.server.problem.Problem if the instruction itself is none: the job is refused
   * @return for each node of the request its arguments or why there are none
   */
  Map<String, Rendered> render(Request request);

  /**
   * What to render.
   *
   * @param instruction as the person wrote it
   * @param arguments given beside it, an object, null for none
   */
  record Request(
      String capability, String instruction, @Nullable JsonNode arguments, List<Node> nodes) {
    public Request {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * A node as it is now.
   *
   * @param attributes as {@code GET /nodes/{id}} shows them: hostname, tags, location and so on
   * @param inventory the document, null while there is none
   */
  record Node(String id, JsonNode attributes, @Nullable JsonNode inventory) {}

  /** What came of one node. */
  sealed interface Rendered {
    /**
     * Its arguments.
     *
     * @param shown the same without secrets: kept for people, also after the job
     */
    record Arguments(ObjectNode arguments, ObjectNode shown) implements Rendered {}

    /** Why there are none, one line that names what is missing. */
    record Failure(String reason) implements Rendered {}
  }
}
