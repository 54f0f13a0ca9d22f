package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** iproute2's text. */
final class IpText {
  /** What iproute2 (ip/iplink_*.c and the kinds without options) calls virtual links. */
  private static final Set<String> KINDS =
      Set.of(
          "amt",
          "bareudp",
          "batadv",
          "bond",
          "bridge",
          "can",
          "dsa",
          "dummy",
          "erspan",
          "geneve",
          "gre",
          "gretap",
          "gtp",
          "hsr",
          "ifb",
          "ip6erspan",
          "ip6gre",
          "ip6gretap",
          "ip6tnl",
          "ipip",
          "ipoib",
          "ipvlan",
          "ipvtap",
          "lowpan",
          "macsec",
          "macvlan",
          "macvtap",
          "netdevsim",
          "netkit",
          "nlmon",
          "openvswitch",
          "rmnet",
          "sit",
          "team",
          "tun",
          "vcan",
          "veth",
          "virt_wifi",
          "vlan",
          "vrf",
          "vti",
          "vti6",
          "vxcan",
          "vxlan",
          "wireguard",
          "xfrm");

  private IpText() {}

  /** Whether a line can only stand below a link: web pages lose the blanks before it. */
  static boolean isDetail(String text) {
    return Text.matches(
        text, "(link/|inet6? [0-9a-f:]|valid_lft |vf \\d+ |altname |[RT]X: +bytes).*");
  }

  static ObjectNode link(Matcher head) {
    return new Fields()
        .put("name", head.group(2))
        .put("index", Numbers.parse(String.valueOf(head.group(1))))
        .put("lower", "NONE".equals(head.group(3)) ? null : head.group(3))
        .put("flags", Text.parts(head.group(4), ","))
        .node();
  }

  /** {@code ip -br link} and {@code ip -br address}: name, state, MAC and flags or addresses. */
  static ObjectNode brief(Matcher line) {
    String state = String.valueOf(line.group(3)).toLowerCase(Locale.ROOT);
    Fields link =
        new Fields()
            .put("name", line.group(1))
            .put("lower", "NONE".equals(line.group(2)) ? null : line.group(2))
            .put("state", state);
    ArrayNode addresses = Fields.array();
    for (String word : Text.parts(line.group(4), " ")) {
      if (Text.matches(word, "[0-9a-f]{2}(:[0-9a-f]{2}){5,19}")) {
        link.put("mac", word);
      } else if (Text.matches(word, "<.*>")) {
        link.put("flags", Text.parts(word.substring(1, word.length() - 1), ","));
      } else if (Text.matches(word, "[0-9a-fA-F:.]+/\\d{1,3}")) {
        int slash = word.indexOf('/');
        addresses.add(
            new Fields()
                .put("family", word.indexOf(':') < 0 ? "inet" : "inet6")
                .put("address", word.substring(0, slash))
                .put("prefix", Numbers.parse(word.substring(slash + 1)))
                .node());
      }
    }
    return link.putUnlessEmpty("addresses", addresses).node();
  }

  /** {@code ip address} and {@code ip link} one after the other tell of each link twice. */
  static ObjectNode once(Map<String, ObjectNode> seen, ArrayNode links, ObjectNode link) {
    String key = link.path("index").asString("") + ' ' + link.path("name").asString("");
    ObjectNode before = seen.putIfAbsent(key, link);
    if (before != null) {
      return before;
    }
    for (int i = 0; i < links.size(); i++) {
      JsonNode brief = links.get(i);
      if (!brief.has("index") && brief.path("name").equals(link.path("name"))) {
        // Told before with -br, in fewer words.
        links.set(i, link);
        return link;
      }
    }
    links.add(link);
    return link;
  }

  static ObjectNode named(ArrayNode links, String name, String index) {
    for (JsonNode link : links) {
      if (link.path("name").asString("").equals(name) && link instanceof ObjectNode found) {
        return found;
      }
    }
    ObjectNode made = new Fields().put("name", name).put("index", Numbers.parse(index)).node();
    links.add(made);
    return made;
  }

  /** The link that the label behind an IPv4 address names; null if there is none. */
  static @org.jspecify.annotations.Nullable String labelled(String text) {
    List<String> words = Text.parts(text, " \t");
    int scope = words.indexOf("scope");
    boolean label =
        words.size() > 3
            && words.getFirst().equals("inet")
            && scope > 1
            && scope + 2 < words.size()
            && !List.of("dynamic", "noprefixroute", "secondary", "deprecated", "tentative")
                .contains(words.getLast());
    return label ? words.getLast().replaceFirst(":.*", "") : null;
  }

  /** A line below a link; false if it is nothing that ip writes. */
  static boolean detail(String text, ObjectNode link) {
    List<String> words = Text.parts(text, " \t");
    if (words.isEmpty()) {
      return true;
    }
    String first = words.getFirst();
    if ("pci".equals(after(words, "parentbus"))) {
      link.put("pci_slot", after(words, "parentdev"));
    }
    if (first.startsWith("link/")) {
      link.put("type", first.substring(5));
      Fields fields = new Fields();
      if (words.size() > 1 && words.get(1).contains(":")) {
        fields.put("mac", words.get(1));
      }
      fields.put("permanent_mac", after(words, "permaddr"));
      fields.node().forEachEntry(link::set);
      return true;
    }
    if (first.equals("inet") || first.equals("inet6")) {
      return address(words, link);
    }
    if (first.equals("vf")) {
      Long number = words.size() > 1 ? Text.number(words.get(1)) : null;
      long before = link.path("virtual_functions").asLong(0);
      link.put("virtual_functions", number == null ? before + 1 : Math.max(before, number + 1));
      return true;
    }
    if (first.equals("altname") && words.size() > 1) {
      ArrayNode names = link.withArray("alternative_names");
      if (names.valueStream().noneMatch(name -> name.asString("").equals(words.get(1)))) {
        names.add(words.get(1));
      }
      return true;
    }
    if (KINDS.contains(first)) {
      Fields fields = new Fields().put("kind", first);
      fields.put("vlan", first.equals("vlan") ? Text.number(after(words, "id")) : null);
      fields.put("vlan_protocol", after(words, "protocol"));
      fields.put("bond_mode", first.equals("bond") ? after(words, "mode") : null);
      fields.node().forEachEntry(link::set);
      return true;
    }
    if (first.endsWith("_slave")) {
      // rtnetlink's info_slave_kind, as JSON has it.
      Fields fields = new Fields().put("slave_kind", first.substring(0, first.length() - 6));
      fields.put("permanent_mac", after(words, "perm_hwaddr"));
      fields.node().forEachEntry(link::set);
      return true;
    }
    if (List.of("valid_lft", "RX:", "TX:", "alias", "prog/xdp").contains(first)
        || Text.matches(first, "\\d+")
        || text.contains("addrgenmode")) {
      return true;
    }
    return attributes(words, link);
  }

  /** {@code mtu 1500 qdisc mq master bond0 state UP mode DEFAULT group default qlen 1000}. */
  private static boolean attributes(List<String> words, ObjectNode link) {
    if (!words.contains("mtu") && !words.contains("state")) {
      return false;
    }
    String state = after(words, "state");
    new Fields()
        .put("mtu_bytes", Text.number(after(words, "mtu")))
        .put("master", after(words, "master"))
        .put("state", state == null ? null : state.toLowerCase(Locale.ROOT))
        .node()
        .forEachEntry(link::set);
    // With -o and -d the rest stands on the same line.
    for (String part : List.of("link/")) {
      for (int i = 0; i < words.size(); i++) {
        if (words.get(i).startsWith(part)) {
          detail(String.join(" ", words.subList(i, words.size())), link);
          return true;
        }
      }
    }
    return true;
  }

  private static boolean address(List<String> words, ObjectNode link) {
    if (words.size() < 2) {
      return false;
    }
    String[] parts = words.get(1).split("/", 2);
    String peer = after(words, "peer");
    link.withArray("addresses")
        .add(
            new Fields()
                .put("family", words.getFirst())
                .put("address", parts[0])
                .put(
                    "prefix",
                    parts.length == 2
                        ? Numbers.parse(parts[1])
                        : peer != null && peer.indexOf('/') > 0
                            ? Numbers.parse(peer.substring(peer.indexOf('/') + 1))
                            : null)
                .put("peer", peer == null ? null : peer.replaceFirst("/.*", ""))
                .put("broadcast", after(words, "brd"))
                .put("scope", after(words, "scope"))
                .put("dynamic", words.contains("dynamic") ? Boolean.TRUE : null)
                .node());
    return true;
  }

  static boolean isRoute(String text) {
    String first = text.replaceFirst(" .*", "");
    boolean target =
        first.equals("default")
            || IpParser.TYPES.contains(first)
            || Text.matches(first, "\\d{1,3}(\\.\\d{1,3}){0,3}(/\\d{1,2})?")
            || (Text.matches(first, "[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(/\\d{1,3})?")
                && first.length() < 50);
    return target
        && (text.contains(" dev ")
            || text.contains(" via ")
            || text.indexOf(' ') < 0
            || IpParser.TYPES.contains(first)
            || Text.matches(text, "\\S+ +(proto|metric|src|scope|table) +\\S.*")
            || text.contains(" nhid "));
  }

  static ObjectNode route(String text) {
    List<String> words = Text.parts(text, " \t");
    boolean typed = IpParser.TYPES.contains(words.getFirst()) && words.size() > 1;
    List<String> flags = new ArrayList<>();
    for (String word : words) {
      if (List.of("onlink", "linkdown", "dead", "pervasive", "offload", "trap").contains(word)) {
        flags.add(word);
      }
    }
    String via = after(words, "via");
    String gateway =
        via != null && (via.equals("inet6") || via.equals("inet")) ? after(words, via) : via;
    return new Fields()
        .put("destination", words.get(typed ? 1 : 0))
        .put("type", typed ? words.getFirst() : null)
        .put("gateway", gateway)
        .put("interface", after(words, "dev"))
        .put("source", after(words, "src"))
        .put("protocol", after(words, "proto"))
        .put("scope", after(words, "scope"))
        .put("metric", Text.number(after(words, "metric")))
        .put("table", after(words, "table"))
        .put("flags", flags)
        .node();
  }

  static ObjectNode hop(String text) {
    List<String> words = Text.parts(text, " \t");
    return new Fields()
        .put("gateway", after(words, "via"))
        .put("interface", after(words, "dev"))
        .put("weight", Text.number(after(words, "weight")))
        .node();
  }

  private static @org.jspecify.annotations.Nullable String after(List<String> words, String word) {
    int at = words.indexOf(word);
    return at < 0 || at + 1 >= words.size() ? null : words.get(at + 1);
  }
}
