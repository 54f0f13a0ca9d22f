package dev.ingot.agent.parse;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** lldpd's names for what a neighbour says. */
final class LldpValues {
  private static final Set<String> CHASSIS =
      Set.of("mac", "ifname", "ifalias", "local", "ip", "port", "unhandled");

  private @Nullable LldpNeighbour neighbour;
  private String field = "";
  private StringBuilder value = new StringBuilder();
  private @Nullable Long vlan;

  /** Goes on with the last value, on a line of its own; false if there is none. */
  boolean more(String line) {
    if (neighbour == null) {
      return false;
    }
    value.append('\n').append(line);
    return true;
  }

  void put(LldpNeighbour next, String name, String said) {
    end();
    neighbour = next;
    field = name;
    value = new StringBuilder(said);
  }

  void end() {
    LldpNeighbour one = neighbour;
    neighbour = null;
    if (one != null) {
      put(one, value.toString().strip());
    }
  }

  private void put(LldpNeighbour one, String said) {
    String[] parts = field.split("\\.", 2);
    String rest = parts.length == 2 ? parts[1] : "";
    switch (parts[0]) {
      case "via" -> one.protocol = said;
      case "status" -> one.local = one.protocol == null;
      case "rid" -> {
        // A number of lldpd's own.
      }
      case "age" -> one.age = said;
      case "ttl" -> one.timeToLive = Text.number(said);
      case "chassis" -> chassis(one, rest, said);
      case "port" -> port(one, rest, said);
      case "vlan" -> vlan(one, rest, said);
      case "lldp-med" -> med(one, rest, said);
      default -> one.other(field, said);
    }
  }

  static void chassis(LldpNeighbour one, String name, String said) {
    switch (name) {
      case "name" -> one.systemName = Text.known(said);
      case "descr" -> one.systemDescription = Text.known(said);
      case "ttl" -> one.timeToLive = Text.number(said);
      case "mgmt-ip" -> one.managementAddresses.add(said);
      case "mgmt-iface" -> one.other("management_interface", said);
      default -> {
        if (CHASSIS.contains(name)) {
          one.chassisIdType = name;
          one.chassisId = said;
        } else if (name.endsWith(".enabled")) {
          one.capabilities.put(name.substring(0, name.length() - 8), "on".equals(said));
        } else {
          one.other("chassis " + name, said);
        }
      }
    }
  }

  static void port(LldpNeighbour one, String name, String said) {
    switch (name) {
      case "descr" -> one.portDescription = Text.known(said);
      case "ttl" -> one.timeToLive = Text.number(said);
      case "mfs" -> one.mtu = Text.number(said);
      case "aggregation" -> one.aggregation = Text.number(said);
      case "auto-negotiation.enabled" -> one.autoNegotiation = Text.flag(said);
      case "auto-negotiation.current" -> one.speed = said;
      default -> {
        if (CHASSIS.contains(name)) {
          one.portIdType = name;
          one.portId = said;
        } else if (!name.startsWith("auto-negotiation.")) {
          one.other("port " + name, said);
        }
      }
    }
  }

  private void vlan(LldpNeighbour one, String name, String said) {
    if (name.equals("vlan-id")) {
      vlan = Text.number(said);
      if (vlan != null) {
        one.vlans.putIfAbsent(vlan, "");
      }
    } else if (name.equals("pvid") && Boolean.TRUE.equals(Text.flag(said))) {
      one.pvid = vlan;
    } else if (name.isEmpty() && vlan != null) {
      one.vlans.put(vlan, said);
    }
  }

  static void med(LldpNeighbour one, String name, String said) {
    if (name.startsWith("inventory.")) {
      one.inventory.put(name.substring(10), said);
    } else if (name.equals("device-type")) {
      one.other("med_device_type", said);
    }
  }
}
