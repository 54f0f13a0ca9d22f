package dev.ingot.agent.parse;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people see: lldpcli's indented lines, and lldptool's TLVs. */
final class LldpPlain {
  /** What a neighbour begins with if the line with the interface is missing. */
  private static final Set<String> FIRST = Set.of("ChassisID", "SysName", "PortID");

  private LldpPlain() {}

  /** Whether the heads of either tool are there. */
  static boolean read(List<Line> lines, List<LldpNeighbour> all, Notes notes) {
    boolean lldptool = lines.stream().anyMatch(line -> line.text().equals("Chassis ID TLV"));
    return lldptool ? tool(lines, all, notes) : plain(lines, all, notes);
  }

  private static boolean plain(List<Line> lines, List<LldpNeighbour> all, Notes notes) {
    @Nullable LldpNeighbour one = null;
    boolean heads = false;
    String description = "";
    int indent = 0;
    for (Line line : lines) {
      String text = line.text();
      int colon = text.indexOf(':');
      if (line.isBlank() || line.isRule()) {
        continue;
      }
      if (Text.matches(text, "LLDP neighbors?( added| updated| deleted)?:?")) {
        heads = true;
      } else if (text.startsWith("Interface:")) {
        String rest = text.substring(10).strip();
        one = new LldpNeighbour(rest.replaceFirst(",.*", ""));
        one.protocol = Text.between(rest + ",", "via: ", ",");
        String time = rest.contains("Time: ") ? rest.substring(rest.indexOf("Time: ") + 6) : null;
        one.age = time;
        all.add(one);
        description = "";
      } else if (one == null && colon > 0 && FIRST.contains(text.substring(0, colon))) {
        notes.add("line " + line.number() + ": which interface this belongs to stood above it");
        one = new LldpNeighbour("");
        all.add(one);
        description = text.substring(0, colon).strip();
        indent = line.indent();
        value(one, description, text.substring(colon + 1).strip());
      } else if (one == null) {
        notes.line(line);
      } else if (description.equals("SysDescr")
          && (line.indent() > indent + 4 || (line.indent() == 0 && indent > 0))) {
        // Versions before 0.7.9 began the second line of what CDP says at the margin.
        one.systemDescription = one.systemDescription + "\n" + text;
      } else if (colon > 0) {
        description = text.substring(0, colon).strip();
        indent = line.indent();
        value(one, description, text.substring(colon + 1).strip());
      } else {
        notes.line(line);
      }
    }
    return heads || !all.isEmpty();
  }

  private static void value(LldpNeighbour one, String key, String value) {
    switch (key) {
      case "ChassisID" -> {
        one.chassisIdType = type(value);
        one.chassisId = rest(value);
      }
      case "PortID" -> {
        one.portIdType = type(value);
        one.portId = rest(value);
      }
      case "Administrative status" -> one.local = one.protocol == null;
      case "SysName" -> one.systemName = Text.known(value);
      case "SysDescr" -> one.systemDescription = value;
      case "PortDescr" -> one.portDescription = Text.known(value);
      case "MgmtIP" -> one.managementAddresses.add(value);
      case "TTL" -> one.timeToLive = Text.number(value);
      case "MFS" -> one.mtu = Text.number(value);
      case "Port is aggregated. PortAggregID" -> one.aggregation = Text.number(value);
      case "Capability" -> {
        // "Policy, yes" below LLDP-MED says what the neighbour can tell, not what it is.
        if (!value.endsWith(", yes") && !value.endsWith(", no")) {
          one.capabilities.put(value.replaceFirst(",.*", ""), value.endsWith("on"));
        }
      }
      case "VLAN" -> {
        // "VLAN: 100, pvid: yes name" and, since 0.7, "VLAN: 100, pvid: yes".
        Long id = Text.number(value);
        if (id != null) {
          String name = value.replaceFirst("^\\d+,?\\s*(pvid: (yes|no))?,?\\s*", "");
          one.vlans.put(id, name);
          one.pvid = value.contains("pvid: yes") ? id : one.pvid;
        }
      }
      case "MAU oper type" -> one.speed = value;
      case "PMD autoneg" -> one.autoNegotiation = value.contains("enabled: yes");
      case "Serial Number",
          "Manufacturer",
          "Model",
          "Hardware Revision",
          "Firmware Revision",
          "Software Revision",
          "Asset ID" ->
          one.inventory.put(Text.snake(key), value);
      case "Chassis",
          "Port",
          "LLDP-MED",
          "Unknown TLVs",
          "Inventory",
          "Adv",
          "Device Type",
          "RID" -> {
        // Heads, and what the tables above say.
      }
      default -> one.other(key, value);
    }
  }

  private static String type(String value) {
    return value.replaceFirst(" .*", "");
  }

  private static String rest(String value) {
    int blank = value.indexOf(' ');
    return blank < 0 ? "" : value.substring(blank + 1).strip();
  }

  /** Names of TLVs with their values indented below. */
  private static boolean tool(List<Line> lines, List<LldpNeighbour> all, Notes notes) {
    LldpNeighbour one = new LldpNeighbour("");
    String tlv = "";
    for (Line line : lines) {
      String text = line.text();
      if (line.isBlank()) {
        continue;
      }
      if (text.endsWith(" TLV")) {
        tlv = text.equals("Chassis ID TLV") ? "Chassis ID" : text.substring(0, text.length() - 4);
        if (text.equals("Chassis ID TLV") || all.isEmpty()) {
          one = new LldpNeighbour("");
          one.protocol = "LLDP";
          all.add(one);
        }
      } else if (!text.startsWith("End of LLDPDU") && all.isEmpty()) {
        notes.line(line);
      } else {
        tlv(one, tlv, text);
      }
    }
    return !all.isEmpty();
  }

  private static void tlv(LldpNeighbour one, String tlv, String text) {
    int colon = text.indexOf(": ");
    String type =
        colon < 0 ? "" : text.substring(0, colon).strip().toLowerCase(java.util.Locale.ROOT);
    String value = colon < 0 ? text : text.substring(colon + 2).strip();
    switch (tlv) {
      case "Chassis ID" -> {
        one.chassisIdType = type;
        one.chassisId = value;
      }
      case "Port ID" -> {
        one.portIdType = type;
        one.portId = value;
      }
      case "Time to Live" -> one.timeToLive = Text.number(text);
      case "Port Description" -> one.portDescription = text;
      case "System Name" -> one.systemName = text;
      case "System Description" ->
          one.systemDescription =
              one.systemDescription == null ? text : one.systemDescription + "\n" + text;
      case "Management Address" -> {
        if (type.startsWith("ipv")) {
          one.managementAddresses.add(value);
        }
      }
      case "System Capabilities" -> {
        boolean enabled = type.startsWith("enabled");
        Text.parts(value, ",")
            .forEach(name -> one.capabilities.merge(name, enabled, (a, b) -> a || b));
      }
      case "Port VLAN ID" -> one.pvid = Text.number(value.replaceFirst(".*:", ""));
      default -> one.other(tlv, text);
    }
  }
}
