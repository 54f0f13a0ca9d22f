package dev.ingot.server.inventory;

import dev.ingot.server.nodes.lookup.NodeAddresses;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The addresses by which a node can be looked up: those of its interfaces that are its own. */
final class ShownAddresses {
  private static final String NO_MAC = "00:00:00:00:00:00";

  private ShownAddresses() {}

  static NodeAddresses.Shown of(String nodeId, JsonNode interfaces) {
    Set<String> addresses = new LinkedHashSet<>();
    Set<String> macs = new LinkedHashSet<>();
    for (JsonNode port : interfaces) {
      for (String field : new String[] {"address", "permanent_address"}) {
        String mac = port.path(field).asString("");
        if (!mac.isEmpty() && !mac.equals(NO_MAC)) {
          macs.add(mac);
        }
      }
      for (String field : new String[] {"address_info", "address_info_v6"}) {
        for (JsonNode address : port.path(field)) {
          String text = address.path("addr").asString("");
          if (!text.isEmpty() && !isEverywhere(text)) {
            addresses.add(text);
          }
        }
      }
    }
    return new NodeAddresses.Shown(nodeId, addresses, macs);
  }

  /** Loopback and link-local addresses: every machine has them. */
  private static boolean isEverywhere(String address) {
    return address.startsWith("127.")
        || address.equals("::1")
        || address.regionMatches(true, 0, "fe80:", 0, 5);
  }
}
