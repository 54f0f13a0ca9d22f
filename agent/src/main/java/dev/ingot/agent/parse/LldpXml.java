package dev.ingot.agent.parse;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** lldpd's XML. */
final class LldpXml {
  private LldpXml() {}

  static void read(JsonNode root, List<LldpNeighbour> all) {
    for (JsonNode port : root.path("children")) {
      if (!name(port).equals("interface")) {
        continue;
      }
      LldpNeighbour one = new LldpNeighbour(attribute(port, "name"));
      one.protocol = Text.known(attribute(port, "via"));
      one.age = Text.known(attribute(port, "age"));
      for (JsonNode part : port.path("children")) {
        switch (name(part)) {
          case "chassis" -> part.path("children").forEach(each -> chassis(one, each));
          case "port" -> part.path("children").forEach(each -> port(one, each));
          case "vlan" -> {
            Long id = Text.number(attribute(part, "vlan-id"));
            if (id != null) {
              one.vlans.put(id, text(part));
              one.pvid = "yes".equals(attribute(part, "pvid")) ? id : one.pvid;
            }
          }
          case "status" -> one.local = one.protocol == null;
          case "ttl" -> one.timeToLive = Text.number(attribute(part, "ttl") + text(part));
          case "lldp-med" -> {
            for (JsonNode inventory : part.path("children")) {
              if (name(inventory).equals("inventory")) {
                inventory
                    .path("children")
                    .forEach(each -> one.inventory.put(name(each), text(each)));
              }
            }
          }
          default -> one.other(name(part), text(part));
        }
      }
      all.add(one);
    }
  }

  private static void chassis(LldpNeighbour one, JsonNode element) {
    switch (name(element)) {
      case "id" -> {
        one.chassisIdType = Text.known(attribute(element, "type"));
        one.chassisId = text(element);
      }
      case "capability" ->
          one.capabilities.put(
              attribute(element, "type"), "on".equals(attribute(element, "enabled")));
      default -> LldpValues.chassis(one, name(element), text(element));
    }
  }

  private static void port(LldpNeighbour one, JsonNode element) {
    switch (name(element)) {
      case "id" -> {
        one.portIdType = Text.known(attribute(element, "type"));
        one.portId = text(element);
      }
      case "auto-negotiation" -> {
        one.autoNegotiation = Text.flag(attribute(element, "enabled"));
        for (JsonNode each : element.path("children")) {
          one.speed = name(each).equals("current") ? text(each) : one.speed;
        }
      }
      default -> LldpValues.port(one, name(element), text(element));
    }
  }

  private static String name(JsonNode element) {
    return element.path("name").asString("");
  }

  private static String text(JsonNode element) {
    return element.path("text").asString("");
  }

  private static String attribute(JsonNode element, String name) {
    return element.path("attributes").path(name).asString("");
  }
}
