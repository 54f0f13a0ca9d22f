package dev.ingot.agent.parse;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * lldpd's JSON: json0, where everything is a list, and json, where single things are not and names
 * are keys.
 */
final class LldpJson {
  private LldpJson() {}

  static void read(JsonNode root, List<LldpNeighbour> all) {
    for (JsonNode lldp : JsonFields.list(root.path("lldp"))) {
      for (JsonNode one : JsonFields.list(lldp.path("interface"))) {
        if (one.has("name") && one.path("name").isString()) {
          all.add(neighbour(one.path("name").asString(), one));
        } else {
          for (Map.Entry<String, JsonNode> each : JsonFields.entries(one).entrySet()) {
            JsonFields.list(each.getValue())
                .forEach(node -> all.add(neighbour(each.getKey(), node)));
          }
        }
      }
    }
  }

  private static LldpNeighbour neighbour(String port, JsonNode node) {
    LldpNeighbour one = new LldpNeighbour(port);
    one.protocol = JsonFields.text(node, "via");
    one.local = one.protocol == null && node.has("status");
    one.age = JsonFields.text(node, "age");
    one.timeToLive = Text.number(value(node.path("ttl")));
    for (JsonNode chassis : JsonFields.list(node.path("chassis"))) {
      chassis(one, chassis);
    }
    for (JsonNode ports : JsonFields.list(node.path("port"))) {
      port(one, ports);
    }
    for (JsonNode vlan : JsonFields.list(node.path("vlan"))) {
      Long id = JsonFields.number(vlan, "vlan-id");
      if (id != null) {
        String name = value(vlan);
        one.vlans.put(id, name == null ? "" : name);
        if (Boolean.TRUE.equals(JsonFields.flag(vlan, "pvid"))) {
          one.pvid = id;
        }
      }
    }
    for (JsonNode med : JsonFields.list(node.path("lldp-med"))) {
      for (JsonNode inventory : JsonFields.list(med.path("inventory"))) {
        for (Map.Entry<String, JsonNode> each : JsonFields.entries(inventory).entrySet()) {
          String value = value(each.getValue());
          if (value != null) {
            one.inventory.put(each.getKey(), value);
          }
        }
      }
    }
    return one;
  }

  private static void chassis(LldpNeighbour one, JsonNode chassis) {
    if (chassis.has("id")
        || chassis.has("descr")
        || chassis.has("capability")
        || chassis.has("mgmt-ip")
        || chassis.path("name").isArray()) {
      one.systemName = value(chassis.path("name"));
      described(one, chassis);
      return;
    }
    // json: the name of the system is a key.
    JsonFields.entries(chassis)
        .forEach(
            (name, below) -> {
              one.systemName = Text.known(name);
              described(one, below);
            });
  }

  private static void described(LldpNeighbour one, JsonNode chassis) {
    for (JsonNode id : JsonFields.list(chassis.path("id"))) {
      one.chassisIdType = JsonFields.text(id, "type");
      one.chassisId = value(id);
    }
    one.systemDescription = value(chassis.path("descr"));
    for (JsonNode address : JsonFields.list(chassis.path("mgmt-ip"))) {
      String value = value(address);
      if (value != null) {
        one.managementAddresses.add(value);
      }
    }
    Long ttl = Text.number(value(chassis.path("ttl")));
    one.timeToLive = ttl == null ? one.timeToLive : ttl;
    for (JsonNode capability : JsonFields.list(chassis.path("capability"))) {
      String type = JsonFields.text(capability, "type");
      if (type != null) {
        one.capabilities.put(type, Boolean.TRUE.equals(JsonFields.flag(capability, "enabled")));
      }
    }
  }

  private static void port(LldpNeighbour one, JsonNode port) {
    for (JsonNode id : JsonFields.list(port.path("id"))) {
      one.portIdType = JsonFields.text(id, "type");
      one.portId = value(id);
    }
    one.portDescription = value(port.path("descr"));
    one.mtu = Text.number(value(port.path("mfs")));
    one.aggregation = Text.number(value(port.path("aggregation")));
    Long ttl = Text.number(value(port.path("ttl")));
    one.timeToLive = ttl == null ? one.timeToLive : ttl;
    for (JsonNode negotiation : JsonFields.list(port.path("auto-negotiation"))) {
      one.autoNegotiation = JsonFields.flag(negotiation, "enabled");
      one.speed = value(negotiation.path("current"));
    }
  }

  /** A text, {@code {"value": text}}, or a list with such an object. */
  private static @Nullable String value(JsonNode node) {
    if (node.isArray()) {
      return node.isEmpty() ? null : value(node.path(0));
    }
    return node.isObject() ? JsonFields.text(node, "value") : JsonFields.text(node);
  }
}
