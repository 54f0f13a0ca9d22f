package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What {@code ip -j -d address} says of each interface. */
record IpLinks(Map<String, Link> byName) {
  static final IpLinks NONE = new IpLinks(Map.of());

  /**
   * One interface.
   *
   * @param permanentAddress only said where it differs from the address in use (iproute2 5.7)
   * @param kind bond, bridge, vlan, …; null for hardware
   * @param addresses IPv4 addresses, in the shape of the section
   * @param addresses6 IPv6 addresses, in the shape of the section
   */
  record Link(
      @Nullable String permanentAddress,
      @Nullable String kind,
      ArrayNode addresses,
      ArrayNode addresses6) {}

  /**
   * Reads the tool's JSON.
   *
   * @throws ToolUnavailable if it is not the list it should be
   */
  static IpLinks parse(String json) throws ToolUnavailable {
    Map<String, Link> links = new LinkedHashMap<>();
    for (JsonNode link : ToolJson.list("ip address", json)) {
      String name = ToolJson.text(link, "ifname");
      if (name != null) {
        links.put(name, link(link));
      }
    }
    return new IpLinks(links);
  }

  private static Link link(JsonNode link) {
    ArrayNode addresses = Fields.array();
    ArrayNode addresses6 = Fields.array();
    for (JsonNode address : link.path("addr_info")) {
      String local = ToolJson.text(address, "local");
      int prefix = address.path("prefixlen").asInt(-1);
      // Privacy addresses come and go by themselves: nothing of the machine.
      if (local == null || prefix < 0 || address.path("temporary").asBoolean(false)) {
        continue;
      }
      if (address.path("family").asString("").equals("inet")) {
        addresses.add(
            v4(
                    local,
                    prefix,
                    ToolJson.text(address, "broadcast"),
                    ToolJson.text(address, "address"))
                .node());
      } else if (address.path("family").asString("").equals("inet6")) {
        addresses6.add(v6(local, prefix, ToolJson.text(address, "scope")).node());
      }
    }
    return new Link(
        ToolJson.text(link, "permaddr"),
        ToolJson.text(link.path("linkinfo"), "info_kind"),
        addresses,
        addresses6);
  }

  static Fields v4(String address, int prefix, @Nullable String broadcast, @Nullable String peer) {
    return new Fields()
        .put("addr", address)
        .put("netmask", netmask(prefix))
        .put("prefix", (long) prefix)
        .put("broadcast", broadcast)
        .put("peer", peer);
  }

  static Fields v6(String address, int prefix, @Nullable String scope) {
    return new Fields().put("addr", address).put("prefix", (long) prefix).put("scope", scope);
  }

  private static String netmask(int prefix) {
    long mask = 0xffff_ffffL << (32 - Math.min(prefix, 32)) & 0xffff_ffffL;
    return (mask >> 24) + "." + (mask >> 16 & 255) + "." + (mask >> 8 & 255) + "." + (mask & 255);
  }
}
