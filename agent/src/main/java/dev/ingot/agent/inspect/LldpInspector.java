package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;

import dev.ingot.agent.parse.Fields;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The switches' ports at our ports: as lldpd heard of them, where it runs, else as we did. */
final class LldpInspector implements Inspector {
  @Override
  public String name() {
    return "lldp";
  }

  @Override
  public String meaning() {
    return "a list of neighbours by interface, as lldpd heard of them or, where it does not run,"
        + " this program (IEEE 802.1AB)";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("interface", "text", "ours"),
        config("protocol", "text", "LLDP, CDP, …"),
        config("chassis_id_type", "text", "mac, ifname, local, …"),
        identity("chassis_id", "text", "which switch"),
        config("system_name", "text", "what the switch is called"),
        config("system_description", "text", "what the switch says of itself"),
        config("port_id_type", "text", "ifname, mac, local, …"),
        identity("port_id", "text", "which port of the switch"),
        config("port_description", "text", "what the port is called"),
        config("ttl_seconds", "seconds", "how long the neighbour's word holds"),
        config("management_addresses", "list of text", "of the switch"),
        config("pvid", "integer", "VLAN of untagged packets"),
        config("vlans.id", "integer", "VLAN of the port"),
        config("vlans.name", "text", "of the VLAN"),
        config("mtu_bytes", "bytes", "largest frame"),
        config("aggregation_port", "integer", "of an aggregated link"),
        config("capabilities.bridge", "true or false", "it could forward frames: does it"),
        config("capabilities.router", "true or false", "it could forward packets: does it"));
  }

  @Override
  public Findings inspect(Machine machine) {
    try {
      return neighbours(
          Toolbox.ask(
              machine, "lldpcli", "lldpcli", "-f", "json0", "show", "neighbors", "details"));
    } catch (ToolUnavailable lldpd) {
      try {
        return neighbours(Toolbox.ask(machine, "lldp-frames", HearingTools.RECEIVER));
      } catch (ToolUnavailable own) {
        throw new InspectionFailed(
            machine.tools().has(HearingTools.RECEIVER)
                ? inTheWay(lldpd.reason()) + "; " + own.reason()
                : inTheWay(lldpd.reason()));
      }
    }
  }

  /** What lldpcli says when there is nobody to ask, in words that say what to do. */
  private static String inTheWay(String reason) {
    if (!reason.contains("unable to connect to socket")) {
      return reason;
    }
    return reason.contains("Permission denied")
        ? "lldpd runs, and this user may not ask it (be root or of lldpd's group)"
        : "lldpd does not run (lldpcli is installed: start lldpd)";
  }

  private Findings neighbours(ObjectNode facts) {
    return Findings.complete(
        Field.named(facts.has("neighbours") ? facts.path("neighbours") : Fields.array(), fields()));
  }
}
