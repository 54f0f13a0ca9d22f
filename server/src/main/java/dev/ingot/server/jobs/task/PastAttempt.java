package dev.ingot.server.jobs.task;

import dev.ingot.core.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Former attempts of a task, a JSON list; there are few, because retries are. */
final class PastAttempt {
  private static final int LONGEST = 500;

  private PastAttempt() {}

  /** The attempt that ended is kept; the task is about to begin another. */
  static void add(Task task) {
    ArrayNode past =
        task.past == null ? Json.MAPPER.createArrayNode() : (ArrayNode) Json.read(task.past);
    ObjectNode attempt = past.addObject();
    attempt.put("attempt", task.attempt).put("state", task.state.word());
    if (task.reason != null) {
      attempt.put("reason", task.reason.substring(0, Math.min(LONGEST, task.reason.length())));
    }
    if (task.exit != null) {
      attempt.put("exit", task.exit);
    }
    time(attempt, "offered", task.offered);
    time(attempt, "accepted", task.accepted);
    time(attempt, "started", task.started);
    time(attempt, "finished", task.finished);
    task.past = Json.write(past);
  }

  private static void time(ObjectNode attempt, String name, @Nullable Instant when) {
    if (when != null) {
      attempt.put(name, when.toString());
    }
  }
}
