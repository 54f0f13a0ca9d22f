package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Restarts the machine. The call has succeeded when the node says hello from another boot. */
public final class RebootCapability implements Capability {
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false,
           "properties": {"force": {"type": "boolean",
              "description": "Without asking the services to stop; file systems are synced all the same."}}}
          """);

  private final Restart restart;

  public RebootCapability(Restart restart) {
    this.restart = restart;
  }

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "reboot",
        "Restarts the machine.",
        "Succeeds when the node is back and its boot id is another one.",
        PARAMETERS,
        null,
        Restart.LOCK,
        1800,
        false,
        true,
        true,
        Programs.find("systemctl") == null ? Programs.missing("reboot") : null);
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    boolean force = invocation.arguments().path("force").asBoolean(false);
    String systemctl = Programs.find("systemctl") == null ? null : "systemctl";
    return restart.by(
        invocation,
        systemctl == null
            ? List.of("reboot", "-f")
            : force ? List.of(systemctl, "reboot", "--force") : List.of(systemctl, "reboot"));
  }
}
