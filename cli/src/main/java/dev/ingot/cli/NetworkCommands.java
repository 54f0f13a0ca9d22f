package dev.ingot.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Networks and pools of addresses. */
final class NetworkCommands {
  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("PREFIX", "prefix"),
          Column.of("KIND", "kind"),
          Column.of("GATEWAY", "gateway"),
          Column.of("VLAN", "vlan"),
          Column.of("HELD", "held"),
          Column.of("FREE", "free"),
          Column.of("DESCRIPTION", "description"));

  private static final List<Column> CONFLICTS =
      List.of(
          Column.of("ADDRESS", "address"),
          Column.of("SEEN BY", "source"),
          Column.id("NODE", "node"),
          Column.of("HOSTNAME", "hostname"),
          Column.of("MAC", "mac"),
          Column.of("OWNER", "owner"));

  private NetworkCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists networks",
                call ->
                    Lists.show(call, Map.of(), call.client().resources()::networks, "name", LIST))
            .list(),
        Verb.of("show", "Shows a network", NetworkCommands::show).argument("NAME", "of the list"),
        Verb.of("set", "Makes a network, or says anew what it is", NetworkCommands::set)
            .argument("NAME", "what it is called")
            .argument("PREFIX", "e.g. 10.0.0.0/8 or fd00:1::/64")
            .option("--kind", "KIND", "of its addresses (default private-addresses)")
            .option("--gateway", "ADDRESS", "never given out")
            .option("--vlan", "N", "1 to 4094")
            .options("--dns", "ADDRESS", "a name server; may be there many times")
            .option("--domain", "NAME", "of its hosts")
            .option("--description", "TEXT", "for people")
            .options("--pool", "RANGE", "FIRST-LAST or PREFIX, NAME= before it (default: all)")
            .options("--exclude", "RANGE", "ADDRESS or FIRST-LAST that is never given out"),
        Verb.of(
                "delete",
                "Deletes a network that nobody has an address of",
                NetworkCommands::delete)
            .argument("NAME", "of the list")
            .destructive(),
        Verb.of(
                "conflicts",
                "Lists addresses of a network that are seen in use",
                call ->
                    Lists.show(
                        call,
                        Map.of(),
                        query -> call.client().resources().conflicts(call.argument(0), query),
                        "address",
                        CONFLICTS))
            .argument("NAME", "of the list")
            .list());
  }

  private static int show(Call call) {
    call.output().document(call.client().resources().network(call.argument(0)), "name");
    return ExitCode.OK;
  }

  private static int set(Call call) {
    String name = call.argument(0);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("prefix", call.argument(1));
    for (String option : List.of("kind", "gateway", "domain", "description")) {
      String value = call.option("--" + option);
      if (value != null) {
        body.put(option, value);
      }
    }
    if (call.option("--vlan") != null) {
      body.put("vlan", call.number("--vlan", 1));
    }
    if (!call.options("--dns").isEmpty()) {
      ArrayNode dns = body.putArray("dns");
      call.options("--dns").forEach(dns::add);
    }
    if (!call.options("--pool").isEmpty()) {
      ArrayNode pools = body.putArray("pools");
      call.options("--pool").forEach(text -> pool(pools.addObject(), text));
    }
    if (!call.options("--exclude").isEmpty()) {
      ArrayNode gaps = body.putArray("exclusions");
      call.options("--exclude").forEach(text -> range(gaps.addObject(), text));
    }
    JsonNode stored = call.client().resources().putNetwork(name, body);
    call.output().done("network " + name + " is stored", stored, "name");
    return ExitCode.OK;
  }

  private static void pool(ObjectNode pool, String text) {
    int equals = text.indexOf('=');
    if (equals > 0) {
      pool.put("name", text.substring(0, equals));
    }
    String range = text.substring(equals + 1);
    if (range.contains("/")) {
      pool.put("prefix", range);
    } else {
      range(pool, range);
    }
  }

  private static void range(ObjectNode range, String text) {
    int dash = text.indexOf('-');
    range.put("first", dash < 0 ? text : text.substring(0, dash));
    range.put("last", dash < 0 ? text : text.substring(dash + 1));
  }

  private static int delete(Call call) {
    String name = call.argument(0);
    call.confirm("Delete the network " + name + " and its free addresses?");
    call.client().resources().deleteNetwork(name);
    ObjectNode deleted = JsonNodeFactory.instance.objectNode().put("name", name);
    call.output().done("network " + name + " is deleted", deleted, "name");
    return ExitCode.OK;
  }
}
