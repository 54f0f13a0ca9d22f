package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ip -j route}, its names changed to Mercury's. */
final class IpRoutes {
  private IpRoutes() {}

  /** States of the link and of offloading, which come and go: nothing of the machine's setting. */
  private static final List<String> PASSING_FLAGS =
      List.of("linkdown", "dead", "offload", "offload_failed", "trap");

  static List<ObjectNode> parse(String json, String family) throws ToolUnavailable {
    List<ObjectNode> routes = new ArrayList<>();
    for (JsonNode route : ToolJson.list("ip route", json)) {
      String destination = ToolJson.text(route, "dst");
      if (destination != null) {
        routes.add(route(route, family, destination));
      }
    }
    return routes;
  }

  private static ObjectNode route(JsonNode route, String family, String destination) {
    ArrayNode flags = Fields.array();
    for (JsonNode flag : route.path("flags")) {
      if (flag.isString() && !PASSING_FLAGS.contains(flag.asString())) {
        flags.add(flag.asString());
      }
    }
    ArrayNode hops = Fields.array();
    for (JsonNode hop : route.path("nexthops")) {
      hops.add(
          new Fields()
              .put("via", via(hop))
              .put("dev", ToolJson.text(hop, "dev"))
              .put("weight", ToolJson.number(hop, "weight"))
              .node());
    }
    return new Fields()
        .put("family", family)
        .put("destination", destination)
        .put("type", ToolJson.text(route, "type"))
        .put("via", via(route))
        .put("dev", ToolJson.text(route, "dev"))
        .put("src", ToolJson.text(route, "prefsrc"))
        .put("metric", ToolJson.number(route, "metric"))
        .put("proto", ToolJson.text(route, "protocol"))
        .put("scope", ToolJson.text(route, "scope"))
        .putUnlessEmpty("flags", flags)
        .putUnlessEmpty("nexthops", hops)
        .node();
  }

  /**
   * A router of the other family is an object: {@code "via":{"family":"inet6","host":"fe80::1"}}.
   */
  private static @Nullable String via(JsonNode route) {
    String gateway = ToolJson.text(route, "gateway");
    return gateway == null ? ToolJson.text(route.path("via"), "host") : gateway;
  }
}
