package dev.ingot.server.eve;

import dev.ingot.core.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer other than success, in Eve's form. */
final class EveError extends RuntimeException {
  final int status;

  /** What stands in the answer beside {@code _status} and {@code _error}. */
  private final transient @Nullable ObjectNode more;

  private final boolean named;

  EveError(int status, String message) {
    this(status, message, null, true, null);
  }

  EveError(int status, String message, Throwable cause) {
    this(status, message, null, true, cause);
  }

  /**
   * @param named whether the code and the message are in the body too
   */
  EveError(
      int status,
      String message,
      @Nullable ObjectNode more,
      boolean named,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.more = more;
    this.named = named;
  }

  ObjectNode body() {
    ObjectNode body = Json.MAPPER.createObjectNode().put("_status", "ERR");
    if (more != null) {
      for (Map.Entry<String, JsonNode> entry : more.properties()) {
        body.set(entry.getKey(), entry.getValue());
      }
    }
    if (named) {
      body.putObject("_error").put("code", status).put("message", String.valueOf(getMessage()));
    }
    return body;
  }
}
