package dev.ingot.agent.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ip link}, {@code ip address} and {@code ip route} with -j, -d, -s, -o or without. */
final class IpParser implements OutputParser {
  private static final Pattern LINK =
      Pattern.compile("(\\d+): (\\S+?)(?:@([^@\\s]+?))?: +<([^>]*)>(.*)");
  private static final Pattern BRIEF =
      Pattern.compile(
          "([^\\s:@]+)(?:@(\\S+))? +(UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|TESTING)(?: +(.*))?");
  private static final Pattern ONE_LINE = Pattern.compile("(\\d+): (\\S+) +(inet6? .*)");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode links = Fields.array();
    ArrayNode routes = Fields.array();
    boolean answered = false;
    if (JsonText.looksLike(text)) {
      JsonNode root = JsonText.read(text, notes);
      answered = root.isArray() && root.isEmpty();
      for (JsonNode one : flat(root)) {
        if (one.has("dst")) {
          routes.add(route(one));
        } else if (one.has("ifname")) {
          links.add(link(one));
        } else if (!one.isEmpty()) {
          notes.add("neither link nor route: " + one);
        }
      }
    } else {
      text(text, links, routes, notes);
    }
    Fields facts = new Fields();
    if (answered || !links.isEmpty() || !routes.isEmpty()) {
      facts.put(
          "counts",
          new Fields()
              .put("links", (long) links.size())
              .put("routes", (long) routes.size())
              .node());
    }
    facts.putUnlessEmpty("links", links).putUnlessEmpty("routes", routes);
    return notes.result("ip", facts);
  }

  private static List<JsonNode> flat(JsonNode root) {
    return JsonFields.list(root).stream()
        .flatMap(one -> one.isArray() ? one.valueStream() : java.util.stream.Stream.of(one))
        .toList();
  }

  private static ObjectNode link(JsonNode link) {
    ArrayNode addresses = Fields.array();
    for (JsonNode address : JsonFields.list(link.path("addr_info"))) {
      String local = JsonFields.text(address, "local");
      if (local != null) {
        addresses.add(
            new Fields()
                .put("family", JsonFields.text(address, "family"))
                .put("address", local)
                .put("prefix", JsonFields.number(address, "prefixlen"))
                .put("peer", JsonFields.text(address, "address"))
                .put("broadcast", JsonFields.text(address, "broadcast"))
                .put("scope", JsonFields.text(address, "scope"))
                .put("dynamic", JsonFields.flag(address, "dynamic"))
                .node());
      }
    }
    JsonNode info = link.path("linkinfo");
    JsonNode data = info.path("info_data");
    return new Fields()
        .put("name", JsonFields.text(link, "ifname"))
        .put("index", JsonFields.number(link, "ifindex"))
        .put("type", JsonFields.text(link, "link_type"))
        .put("kind", JsonFields.text(info, "info_kind"))
        .put("state", lower(JsonFields.text(link, "operstate")))
        .put(
            "flags",
            JsonFields.list(link.path("flags")).stream().map(flag -> flag.asString("")).toList())
        .put("mtu_bytes", JsonFields.number(link, "mtu"))
        .put("mac", JsonFields.text(link, "address"))
        .put("permanent_mac", permanent(link, info))
        .put("master", JsonFields.text(link, "master"))
        .put("lower", JsonFields.text(link, "link"))
        .put(
            "vlan",
            "vlan".equals(JsonFields.text(info, "info_kind"))
                ? JsonFields.number(data, "id")
                : null)
        .put("vlan_protocol", JsonFields.text(data, "protocol"))
        .put(
            "bond_mode",
            "bond".equals(JsonFields.text(info, "info_kind"))
                ? JsonFields.text(data, "mode")
                : null)
        .put("slave_kind", JsonFields.text(info, "info_slave_kind"))
        .put(
            "virtual_functions",
            link.has("vfinfo_list")
                ? Long.valueOf(link.path("vfinfo_list").size())
                : JsonFields.number(link, "num_vf"))
        .put(
            "pci_slot",
            "pci".equals(JsonFields.text(link, "parentbus"))
                ? JsonFields.text(link, "parentdev")
                : null)
        .put("port_name", JsonFields.text(link, "phys_port_name"))
        .put(
            "alternative_names",
            JsonFields.list(link.path("altnames")).stream().map(name -> name.asString("")).toList())
        .putUnlessEmpty("addresses", addresses)
        .node();
  }

  /** A port that a bond gave another address says below the bond's own data what it had. */
  private static @Nullable String permanent(JsonNode link, JsonNode info) {
    String said = JsonFields.text(link, "permaddr");
    return said == null ? JsonFields.text(info.path("info_slave_data"), "perm_hwaddr") : said;
  }

  private static @Nullable String lower(@Nullable String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  private static ObjectNode route(JsonNode route) {
    ArrayNode hops = Fields.array();
    for (JsonNode hop : JsonFields.list(route.path("nexthops"))) {
      hops.add(
          new Fields()
              .put("gateway", gateway(hop))
              .put("interface", JsonFields.text(hop, "dev"))
              .put("weight", JsonFields.number(hop, "weight"))
              .node());
    }
    return new Fields()
        .put("destination", JsonFields.text(route, "dst"))
        .put("type", JsonFields.text(route, "type"))
        .put("gateway", gateway(route))
        .put("interface", JsonFields.text(route, "dev"))
        .put("source", JsonFields.text(route, "prefsrc"))
        .put("protocol", JsonFields.text(route, "protocol"))
        .put("scope", JsonFields.text(route, "scope"))
        .put("metric", JsonFields.number(route, "metric"))
        .put("table", JsonFields.text(route, "table"))
        .putUnlessEmpty("next_hops", hops)
        .put(
            "flags",
            JsonFields.list(route.path("flags")).stream().map(flag -> flag.asString("")).toList())
        .node();
  }

  private static @Nullable String gateway(JsonNode route) {
    String gateway = JsonFields.text(route, "gateway");
    return gateway == null ? JsonFields.text(route.path("via"), "host") : gateway;
  }

  private static void text(String text, ArrayNode links, ArrayNode routes, Notes notes) {
    @Nullable ObjectNode link = null;
    @Nullable ObjectNode route = null;
    Map<String, ObjectNode> seen = new HashMap<>();
    for (Line line : Line.of(text)) {
      String said = line.text().replace("\\", " ");
      Matcher head = LINK.matcher(said);
      Matcher one = ONE_LINE.matcher(said);
      Matcher brief = BRIEF.matcher(said);
      if (line.isBlank()) {
        continue;
      }
      if (head.matches()) {
        link = IpText.once(seen, links, IpText.link(head));
        IpText.detail(String.valueOf(head.group(5)), link);
      } else if (brief.matches()) {
        links.add(IpText.brief(brief));
        link = null;
      } else if (one.matches()) {
        link = IpText.named(links, String.valueOf(one.group(2)), String.valueOf(one.group(1)));
        IpText.detail(String.valueOf(one.group(3)), link);
      } else if (said.startsWith("nexthop ") && route != null) {
        route.withArray("next_hops").add(IpText.hop(said));
      } else if (line.indent() == 0 && IpText.isRoute(said)) {
        route = IpText.route(said);
        routes.add(route);
      } else if (link == null && IpText.labelled(said) != null) {
        // Picked with grep: an IPv4 address has the name of its link behind it, IPv6 has not.
        IpText.detail(said, IpText.named(links, String.valueOf(IpText.labelled(said)), ""));
      } else if (link == null
          || (line.indent() == 0 && !IpText.isDetail(said))
          || !IpText.detail(said, link)) {
        notes.line(line);
        route = line.indent() == 0 ? null : route; // the next hops below are of what this is
      }
    }
  }

  static final Set<String> TYPES =
      Set.of(
          "unicast",
          "local",
          "broadcast",
          "multicast",
          "throw",
          "unreachable",
          "prohibit",
          "blackhole",
          "nat",
          "anycast");
}
