package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Waits until the node's agent is connected, from another boot than the present where it says so.
 */
final class WaitAgentStep implements StepType {
  private static final Duration LOOK = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "wait-agent";
  }

  @Override
  public String summary() {
    return "Waits until the node's agent is connected; with newBoot, after another boot.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object("", "'newBoot': {'type': 'boolean'}, 'bootedBefore': {'type': 'string'}");
  }

  record Presence(boolean online, String bootId) {}

  static Optional<Presence> presence(Handle handle, String node) {
    return handle
        .createQuery(
            "SELECT online, coalesce(boot_id, '') AS boot_id FROM agent_session WHERE node = :node")
        .bind("node", node)
        .map((row, _) -> new Presence(row.getBoolean("online"), row.getString("boot_id")))
        .findOne();
  }

  @Override
  public Progress begin(Beginning step) {
    String node = step.node();
    if (node == null) {
      return new Progress.Failed("wait-agent needs a node, and this run has none", null);
    }
    ObjectNode memory = Json.MAPPER.createObjectNode().put("node", node);
    if (step.options().has("bootedBefore")) {
      memory.put("boot", step.text("bootedBefore", ""));
    } else if (step.options().path("newBoot").asBoolean(false)) {
      presence(step.handle(), node).ifPresent(now -> memory.put("boot", now.bootId()));
    }
    return look(step.handle(), memory);
  }

  private static Progress look(Handle handle, JsonNode memory) {
    String node = memory.path("node").asString();
    String before = memory.path("boot").asString("");
    Presence now = presence(handle, node).orElse(new Presence(false, ""));
    return now.online() && !(!before.isEmpty() && before.equals(now.bootId()))
        ? new Progress.Succeeded(Json.MAPPER.createObjectNode().put("bootId", now.bootId()))
        : new Progress.Waiting(
            "the agent of node " + node + (before.isEmpty() ? "" : " after another boot"),
            "event:node.online:" + node,
            LOOK,
            memory);
  }

  @Override
  public Progress look(Look step) {
    return look(step.handle(), step.memory());
  }
}
