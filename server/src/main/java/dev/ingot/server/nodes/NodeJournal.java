package dev.ingot.server.nodes;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Writes what happened to nodes: the event, and who did it. */
public record NodeJournal(Outbox outbox, Audit audit) {
  /** Something happened to a node. */
  public void event(
      Handle handle, String action, Severity severity, String nodeId, Map<String, ?> data) {
    outbox.append(handle, of(action, severity, nodeId, data));
  }

  /** The record of something that happened to a node. */
  public static NewEvent of(String action, Severity severity, String nodeId, Map<String, ?> data) {
    return new NewEvent("node", action, severity, nodeId, nodeId, Json.MAPPER.valueToTree(data));
  }

  /** Somebody changed a node. */
  public void wrote(
      Handle handle,
      Principal who,
      String action,
      String nodeId,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {
    audit.recordAll(handle, List.of(write(who, action, nodeId, before, after)));
  }

  /** The record of a change of a node by somebody. */
  public static Audit.Write write(
      Principal who,
      String action,
      String nodeId,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {
    return new Audit.Write(who, "node." + action, "node:" + nodeId, before, after);
  }
}
