package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The main routing tables, by {@code ip}, else from {@code /proc/net}. */
final class RoutesInspector implements Inspector {
  private static final Comparator<ObjectNode> ORDER =
      Comparator.<ObjectNode, String>comparing(route -> text(route, "family"))
          .thenComparing(route -> text(route, "destination"))
          .thenComparingLong(route -> route.path("metric").asLong(0))
          .thenComparing(route -> text(route, "dev"))
          .thenComparing(route -> text(route, "via"));

  @Override
  public String name() {
    return "routes";
  }

  @Override
  public String meaning() {
    return "a list of the main tables' routes, by family and destination";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("family", "text", "ipv4 or ipv6"),
        config("destination", "text", "network with its length, an address, or default"),
        config("type", "text", "blackhole, unreachable, …; left out for unicast"),
        config("via", "text", "the next router"),
        config("dev", "text", "the interface"),
        config("src", "text", "the address to speak from"),
        config("metric", "integer", "lower is preferred"),
        config("proto", "text", "who made it: kernel, boot, dhcp, ra, …; needs ip"),
        config("scope", "text", "link, host, …; needs ip"),
        config("flags", "list of text", "onlink and the like; needs ip"),
        config("nexthops", "list", "several ways at once; needs ip"),
        config("nexthops.via", "text", "the next router"),
        config("nexthops.dev", "text", "the interface"),
        config("nexthops.weight", "integer", "share of the traffic"));
  }

  @Override
  public Findings inspect(Machine machine) {
    List<ObjectNode> routes = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    try {
      routes.addAll(IpRoutes.parse(machine.tools().run("ip", "-j", "-4", "route", "show"), "ipv4"));
      routes.addAll(IpRoutes.parse(machine.tools().run("ip", "-j", "-6", "route", "show"), "ipv6"));
    } catch (ToolUnavailable e) {
      routes.clear();
      missing.add(e.reason() + ": proto, scope and flags left out");
      Content v4 = machine.read("/proc/net/route");
      Content v6 = machine.read("/proc/net/ipv6_route");
      if (v4 instanceof Content.Text(String text)) {
        routes.addAll(ProcRoutes.parse4(text));
      }
      if (v6 instanceof Content.Text(String text)) {
        routes.addAll(ProcRoutes.parse6(text));
      }
      if (!(v4 instanceof Content.Text)) {
        throw new InspectionFailed(e.reason() + ", and /proc/net/route could not be read");
      }
    }
    routes.sort(ORDER);
    ArrayNode list = Fields.array();
    routes.forEach(list::add);
    return Findings.of(list, missing);
  }

  private static String text(JsonNode route, String name) {
    return route.path(name).asString("");
  }
}
