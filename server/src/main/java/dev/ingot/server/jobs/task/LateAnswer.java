package dev.ingot.server.jobs.task;

import dev.ingot.core.Json;
import dev.ingot.protocol.TaskMessage;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** An answer that came after the end: kept beside it, as JSON. */
final class LateAnswer {
  private static final int LONGEST = 500;

  private LateAnswer() {}

  static String json(TaskMessage.Finished message, Instant now) {
    ObjectNode object = Json.MAPPER.createObjectNode();
    object.put("time", now.toString()).put("attempt", message.attempt());
    object.put("state", message.status().word());
    if (message.exit() != null) {
      object.put("exit", message.exit());
    }
    String detail = message.detail();
    if (detail != null) {
      object.put("reason", detail.substring(0, Math.min(LONGEST, detail.length())));
    }
    return Json.write(object);
  }
}
