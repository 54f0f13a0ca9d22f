package dev.ingot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What machines get when they boot from the network, and what came of it. */
final class BootCommands {
  private static final List<Column> PROFILES =
      List.of(
          Column.of("NAME", "name"),
          Column.of("KIND", "kind"),
          new Column(
              "WHOSE", "shipped", (shipped, now) -> shipped.asBoolean(false) ? "shipped" : "own"),
          Column.of("DESCRIPTION", "description"));

  private static final List<Column> NETWORKS =
      List.of(
          Column.of("NAME", "name"),
          Column.of("INTERFACE", "networkInterface"),
          Column.of("NETWORK", "prefix"),
          Column.of("OURS", "address"),
          Column.of("ADDRESSES", "addresses"),
          Column.of("ANSWERS", "clients"),
          Column.of("UNKNOWN GET", "unknown"),
          Column.of("NODES GET", "known"));

  private static final List<Column> LEASES =
      List.of(
          Column.of("ADDRESS", "address"),
          Column.of("NETWORK", "network"),
          Column.of("STATE", "state"),
          Column.of("MAC", "mac"),
          Column.id("NODE", "node"),
          Column.of("NAME", "hostName"),
          Column.age("GIVEN", "began"),
          Column.age("RENEWED", "renewed"),
          Column.of("UNTIL", "until"),
          Column.of("RELAY", "relay"));

  private static final List<Column> ASSIGNMENT =
      List.of(
          Column.id("NODE", "node"),
          Column.of("PROFILE", "profile"),
          new Column(
              "FOR", "once", (once, now) -> once.asBoolean(false) ? "one boot" : "every boot"),
          Column.age("BEGAN", "used"),
          Column.of("SET BY", "setBy"),
          Column.age("SET", "setAt"));

  private BootCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
            "networks", "Lists the networks that machines are answered on", BootCommands::networks),
        Verb.of("open", "Answers machines on one more network, at once", BootCommands::open)
            .argument("NAME", "lower case letters, digits, dashes")
            .argument("INTERFACE", "of the server's machine, that lies in it")
            .flag("--insecure", "tokens may cross it in the clear: the API has no TLS"),
        Verb.of("close", "Answers no more on a network that was opened", BootCommands::close)
            .argument("NAME", "of the networks"),
        Verb.of("profiles", "Lists what machines can be given", BootCommands::profiles),
        Verb.of("profile", "Shows a profile, as it can be loaded", BootCommands::profile)
            .argument("NAME", "of the list"),
        Verb.of("load", "Makes or replaces a profile of your own", BootCommands::load)
            .argument("NAME", "lower case letters, digits, dashes")
            .argument("FILE", "its definition, JSON"),
        Verb.of("unload", "Removes a profile of your own", BootCommands::unload)
            .argument("NAME", "of the list")
            .destructive(),
        Verb.of("show", "Shows the profile that a node was given", BootCommands::show)
            .argument("NODE", "id, name or its beginning"),
        Verb.of("set", "Gives a node a profile", BootCommands::set)
            .argument("NODE", "id, name or its beginning")
            .argument("PROFILE", "of the list; disk for its own disk")
            .flag("--once", "for its next boot only"),
        Verb.of("clear", "Takes a node's profile away: its network's counts", BootCommands::clear)
            .argument("NODE", "id, name or its beginning"),
        Verb.of("explain", "Says what a machine would get now, and why", BootCommands::explain)
            .argument("MACHINE", "a MAC address or a node")
            .option("--arch", "WORD", "bios, uefi-x86_64, uefi-arm64, …")
            .option("--network", "NAME", "of the networks"),
        Verb.of(
                "history",
                "Shows every packet, file and script of a machine's boots",
                BootCommands::history)
            .argument("MACHINE", "a MAC address or a node"),
        Verb.of("leases", "Lists the addresses that were given to machines", BootCommands::leases)
            .option("--network", "NAME", "only those of this network")
            .option("--mac", "MAC", "only those of this machine")
            .option("--state", "WORD", "leased, ended or declined (found in use)")
            .option("--limit", "N", "at most so many"),
        Verb.of(
                "end-lease",
                "Ends a lease, or frees an address that was found in use",
                BootCommands::endLease)
            .argument("ADDRESS", "of the list")
            .destructive());
  }

  private static int leases(Call call) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String name : List.of("network", "mac", "state")) {
      String value = call.option("--" + name);
      if (value != null) {
        query.put(name, value);
      }
    }
    call.output().list(Lists.all(call, query, call.client().boot()::leases), "address", LEASES);
    return ExitCode.OK;
  }

  private static int endLease(Call call) {
    String address = call.argument(0);
    call.confirm("End the lease of " + address + "?");
    call.client().boot().endLease(address);
    call.output()
        .done(
            address + " is free",
            JsonNodeFactory.instance.objectNode().put("address", address),
            "address");
    return ExitCode.OK;
  }

  private static int networks(Call call) {
    call.output().list(call.client().boot().networks().items(), "name", NETWORKS);
    return ExitCode.OK;
  }

  private static int open(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("networkInterface", call.argument(1)).put("insecure", call.flag("--insecure"));
    JsonNode network = call.client().boot().openNetwork(call.argument(0), body);
    call.output()
        .done(
            "machines on " + call.argument(1) + " are answered as network " + call.argument(0),
            network,
            "name");
    return ExitCode.OK;
  }

  private static int close(Call call) {
    call.client().boot().closeNetwork(call.argument(0));
    call.output()
        .done("network " + call.argument(0) + " is closed", named(call.argument(0)), "name");
    return ExitCode.OK;
  }

  private static int profiles(Call call) {
    call.output().list(call.client().boot().profiles().items(), "name", PROFILES);
    return ExitCode.OK;
  }

  private static int profile(Call call) {
    ObjectNode profile = (ObjectNode) call.client().boot().profile(call.argument(0)).deepCopy();
    profile.remove(List.of("name", "shipped", "version"));
    profile
        .properties()
        .removeIf(
            field ->
                field.getValue().isNull()
                    || (field.getValue().isContainer() && field.getValue().isEmpty()));
    call.output().document(profile, "name");
    return ExitCode.OK;
  }

  private static int load(Call call) {
    JsonNode definition = NodeCommands.json(text(Path.of(call.argument(1))), "the profile");
    if (!(definition instanceof ObjectNode object)) {
      throw CommandException.usage(call.argument(1) + " holds no object");
    }
    JsonNode stored = call.client().boot().putProfile(call.argument(0), object);
    call.output().done("profile " + call.argument(0) + " is stored", stored, "name");
    return ExitCode.OK;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static int unload(Call call) {
    String name = call.argument(0);
    call.confirm("Remove the boot profile " + name + "?");
    call.client().boot().deleteProfile(name);
    call.output().done("profile " + name + " is removed", named(name), "name");
    return ExitCode.OK;
  }

  private static int show(Call call) {
    call.output().one(call.client().boot().assignment(node(call)), "node", ASSIGNMENT);
    return ExitCode.OK;
  }

  private static int set(Call call) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("profile", call.argument(1))
            .put("once", call.flag("--once"));
    JsonNode set = call.client().boot().assign(node(call), body);
    String when = call.flag("--once") ? " at its next boot" : " at every boot";
    call.output().done("the node gets " + call.argument(1) + when, set, "node");
    return ExitCode.OK;
  }

  private static int clear(Call call) {
    String node = node(call);
    call.client().boot().release(node);
    call.output().done("the node gets what its network gives", named(node), "name");
    return ExitCode.OK;
  }

  private static int explain(Call call) {
    Map<String, String> query = new LinkedHashMap<>(Map.of("key", machine(call)));
    if (call.option("--arch") != null) {
      query.put("architecture", call.option("--arch"));
    }
    if (call.option("--network") != null) {
      query.put("network", call.option("--network"));
    }
    JsonNode explained = call.client().boot().explain(query);
    if (call.output().format() != Format.TABLE) {
      call.output().document(explained, "mac");
      return ExitCode.OK;
    }
    StringBuilder text = new StringBuilder();
    line(
        text,
        explained.path("mac").asString("")
            + " on network "
            + explained.path("network").asString(""));
    for (JsonNode step : explained.path("steps")) {
      line(
          text,
          step.path("asks").asString("")
              + " gets "
              + (step.path("gets").isNull() ? "no answer" : step.path("gets").asString("")));
      step.path("reasons").forEach(reason -> line(text, "  " + reason.asString("")));
    }
    call.terminal().out().print(text);
    return ExitCode.OK;
  }

  private static int history(Call call) {
    JsonNode history = call.client().boot().history(machine(call));
    if (call.output().format() != Format.TABLE) {
      call.output().document(history, "attempts");
      return ExitCode.OK;
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode attempt : history.path("attempts")) {
      line(text, attempt.path("began").asString("") + "  " + seconds(attempt) + " s");
      for (JsonNode item : attempt.path("items")) {
        line(text, "%10s  %s".formatted("+" + seconds(item), item.path("text").asString("")));
      }
      if (attempt.path("guess").isString()) {
        line(text, "  ended early? " + attempt.path("guess").asString(""));
      }
    }
    if (text.isEmpty()) {
      throw new CommandException(
          ExitCode.NOT_FOUND, "no boot of " + call.argument(0) + " was seen");
    }
    call.terminal().out().print(text);
    return ExitCode.OK;
  }

  private static String seconds(JsonNode item) {
    return "%.3f".formatted(item.path("seconds").asDouble(0));
  }

  private static void line(StringBuilder text, String line) {
    text.append(Printable.line(line)).append('\n');
  }

  private static String machine(Call call) {
    String machine = call.argument(0);
    boolean mac = machine.toLowerCase(Locale.ROOT).matches("[0-9a-f]{2}([:-][0-9a-f]{2}){5}");
    return mac ? machine : node(call);
  }

  private static String node(Call call) {
    return NodeTarget.id(call, call.argument(0));
  }

  private static ObjectNode named(String name) {
    return JsonNodeFactory.instance.objectNode().put("name", name);
  }
}
