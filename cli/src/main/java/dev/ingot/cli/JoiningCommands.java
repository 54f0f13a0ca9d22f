package dev.ingot.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Machines that are to come: which are known, and what a boot network lets in. */
final class JoiningCommands {
  private static final Set<String> KINDS = Set.of("mac", "serial", "uuid");

  private static final List<Column> KNOWN =
      List.of(Column.of("KIND", "kind"), Column.of("VALUE", "value"), Column.of("NOTE", "note"));

  private static final List<Column> NETWORKS =
      List.of(Column.of("NAME", "name"), Column.of("POLICY", "policy"));

  private JoiningCommands() {}

  static List<Verb> knownMachines() {
    return List.of(
        Verb.of(
                "list",
                "Lists the machines that may join",
                call -> Lists.show(call, Map.of(), call.client()::knownMachines, "value", KNOWN))
            .list(),
        Verb.of("add", "Lets a machine join when it comes", JoiningCommands::add)
            .argument("KIND", "mac, serial or uuid")
            .argument("VALUE", "as it is written on the machine")
            .option("--note", "TEXT", "for people"),
        Verb.of("remove", "Takes a machine from the list", JoiningCommands::remove)
            .argument("KIND", "mac, serial or uuid")
            .argument("VALUE", "of the list"));
  }

  static List<Verb> bootTickets() {
    return List.of(
        Verb.of(
                "create",
                "Makes a ticket for one boot of one machine; its secret is shown this once",
                JoiningCommands::ticket)
            .argument("MAC", "of the port that it boots from")
            .argument("ADDRESS", "that it will come from")
            .option("--network", "NAME", "its boot network, whose policy decides")
            .option("--expires", "DURATION", "e.g. 1h (default: 30m)"));
  }

  private static int ticket(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("mac", call.argument(0)).put("address", call.argument(1));
    if (call.option("--network") != null) {
      body.put("network", call.option("--network"));
    }
    Expiry.put(call, body);
    TokenCommands.shown(call, call.client().createBootTicket(body));
    return ExitCode.OK;
  }

  static List<Verb> bootNetworks() {
    return List.of(
        Verb.of(
                "list",
                "Lists the networks with a policy of their own",
                call ->
                    Lists.show(
                        call, Map.of(), query -> call.client().bootNetworks(), "name", NETWORKS))
            .list(),
        Verb.of("set", "Says who may join from a boot network", JoiningCommands::set)
            .argument("NAME", "of the network")
            .argument("POLICY", "approve, known or auto"),
        Verb.of("remove", "Gives a network the standard policy again", JoiningCommands::unset)
            .argument("NAME", "of the network"));
  }

  private static int add(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("kind", kind(call)).put("value", call.argument(1));
    if (call.option("--note") != null) {
      body.put("note", call.option("--note"));
    }
    JsonNode added = call.client().addKnownMachine(body);
    call.output().done(call.argument(1) + " may join", added, "value");
    return ExitCode.OK;
  }

  private static int remove(Call call) {
    call.client().removeKnownMachine(kind(call), call.argument(1));
    ObjectNode removed = JsonNodeFactory.instance.objectNode().put("value", call.argument(1));
    call.output().done(call.argument(1) + " is no longer known", removed, "value");
    return ExitCode.OK;
  }

  private static String kind(Call call) {
    String kind = call.argument(0);
    if (!KINDS.contains(kind)) {
      throw CommandException.usage("a machine is known by mac, serial or uuid, not " + kind);
    }
    return kind;
  }

  private static int set(Call call) {
    JsonNode network = call.client().setBootNetwork(call.argument(0), call.argument(1));
    call.output().done(call.argument(0) + " has policy " + call.argument(1), network, "name");
    return ExitCode.OK;
  }

  private static int unset(Call call) {
    call.client().removeBootNetwork(call.argument(0));
    ObjectNode removed = JsonNodeFactory.instance.objectNode().put("name", call.argument(0));
    call.output().done(call.argument(0) + " has the standard policy", removed, "name");
    return ExitCode.OK;
  }
}
