package dev.ingot.agent.inspect;

import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Tells ports whose firmware keeps LLDP frames to itself to hand them on; only when configured. */
public final class PortFirmware {
  private static final Logger log = LoggerFactory.getLogger(PortFirmware.class);

  /** The drivers' flags (i40e, ice) and what they are set to. */
  private static final Map<String, String> FLAGS =
      Map.of("disable-fw-lldp", "on", "fw-lldp-agent", "off");

  private PortFirmware() {}

  /** Sets the flag at each port of this machine that has one and keeps LLDP. */
  public static void giveUpLldp(Duration deadline) {
    giveUpLldp(Machine.local(deadline));
  }

  static void giveUpLldp(Machine machine) {
    for (NetworkPort port : NetworkPort.all(machine, IpLinks.NONE)) {
      if (port.physical()) {
        giveUpLldp(machine, port.name());
      }
    }
  }

  private static void giveUpLldp(Machine machine, String port) {
    try {
      JsonNode flags =
          Toolbox.ask(machine, "ethtool", "ethtool", "--show-priv-flags", port)
              .path("interfaces")
              .path(0)
              .path("private_flags");
      for (Map.Entry<String, String> flag : FLAGS.entrySet()) {
        String name = flag.getKey().replace('-', '_');
        if (flags.has(name) && Boolean.TRUE.equals(PortTools.keepsLldp(flags))) {
          machine.tools().run("ethtool", "--set-priv-flags", port, flag.getKey(), flag.getValue());
          log.info(
              "{}: its firmware keeps LLDP no more ({} {})", port, flag.getKey(), flag.getValue());
        }
      }
    } catch (ToolUnavailable e) {
      log.debug("{}: {}", port, e.reason());
    }
  }
}
