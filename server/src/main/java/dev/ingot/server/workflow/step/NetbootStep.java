package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.boot.profiles.Profiles;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.machine.Progress;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives the node a boot profile; the second of the two also lets it boot from the network and
 * switches it off and on.
 */
final class NetbootStep implements StepType {
  private final boolean boots;
  private final Profiles profiles;
  private final Audit audit;
  private final WakeUps wakeUps;
  private final PowerControl power;

  NetbootStep(boolean boots, Profiles profiles, Audit audit, WakeUps wakeUps, PowerControl power) {
    this.boots = boots;
    this.profiles = profiles;
    this.audit = audit;
    this.wakeUps = wakeUps;
    this.power = power;
  }

  @Override
  public String name() {
    return boots ? "netboot" : "boot-profile";
  }

  @Override
  public String summary() {
    return boots
        ? "Gives the node a boot profile for once and boots it from the network."
        : "Gives the node a boot profile, for once or from now on.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "profile",
        "'profile': {'type': 'string'}"
            + (boots ? "" : ", 'once': {'type': 'boolean'}")
            + Protection.OPTION);
  }

  @Override
  public boolean isDestructive() {
    return true;
  }

  @Override
  public Progress begin(Beginning step) {
    Handle handle = step.handle();
    String node = step.node();
    String profile = step.text("profile", "");
    if (node == null || profiles.find(handle, profile) == null) {
      return new Progress.Failed(
          node == null
              ? name() + " needs a node, and this run has none"
              : "there is no boot profile " + profile,
          null);
    }
    Progress.Failed refusal = Protection.refusal(step);
    if (refusal != null) {
      return refusal;
    }
    boolean once = boots || step.options().path("once").asBoolean(false);
    handle
        .createUpdate(
            """
            INSERT INTO boot_assignment (node, profile, once, set_by)
            VALUES (:node, :profile, :once, :who)
            ON CONFLICT (node) DO UPDATE SET profile = excluded.profile, once = excluded.once,
              used = NULL, set_by = excluded.set_by, set_at = now()
            """)
        .bind("node", node)
        .bind("profile", profile)
        .bind("once", once)
        .bind("who", step.who().name())
        .execute();
    ObjectNode set = Json.MAPPER.createObjectNode().put("profile", profile).put("once", once);
    audit.record(handle, step.who(), "node.boot", "node:" + node, null, set);
    wakeUps.afterCommit(handle, "boot");
    if (!boots) {
      return new Progress.Succeeded(set);
    }
    WaitAgentStep.presence(handle, node).ifPresent(now -> set.put("bootIdBefore", now.bootId()));
    return new Progress.Acting("boots node " + node + " from the network: " + profile, set);
  }

  @Override
  public Progress act(Act step) throws InterruptedException {
    String node = String.valueOf(step.node());
    try {
      power.bootFrom(node, "network", true);
      power.set(node, false);
      power.set(node, true);
      return new Progress.Succeeded(step.memory());
    } catch (PowerControl.PowerException e) {
      return new Progress.Failed(String.valueOf(e.getMessage()), null);
    }
  }
}
