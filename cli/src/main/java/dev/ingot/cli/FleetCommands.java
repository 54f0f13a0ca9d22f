package dev.ingot.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Workflows over many nodes. */
final class FleetCommands {
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final Set<String> OVER =
      Set.of("succeeded", "partly-failed", "failed", "cancelled");

  private static final List<Column> LIST =
      List.of(
          Column.of("FLEET", "id"),
          Column.of("WORKFLOW", "workflow"),
          Column.of("ON", "on"),
          Column.of("STATUS", "status"),
          Column.of("WAVE", "wave"),
          Column.of("NODES", "total"),
          Column.of("SUCCEEDED", "nodes.succeeded"),
          Column.of("FAILED", "nodes.failed"),
          Column.age("STARTED", "created"),
          Column.age("ENDED", "finished"),
          Column.of("BY", "createdBy"));

  private static final List<Column> WAVES =
      List.of(
          Column.of("WAVE", "wave"),
          Column.of("NODES", "size"),
          Column.of("PENDING", "nodes.pending"),
          Column.of("RUNNING", "nodes.running"),
          Column.of("SUCCEEDED", "nodes.succeeded"),
          Column.of("FAILED", "nodes.failed"),
          Column.of("CANCELLED", "nodes.cancelled"));

  private static final List<Column> NODES =
      List.of(
          Column.id("NODE", "node"),
          Column.of("WAVE", "wave"),
          Column.of("STATUS", "status"),
          Column.of("RUN", "run"),
          Column.of("REASON", "reason"));

  private FleetCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("list", "Lists fleet runs, the newest first", FleetCommands::list)
            .option("--workflow", "NAME", "of this workflow")
            .list(),
        options(
                Verb.of("start", "Runs a workflow over a target, in waves", FleetCommands::start)
                    .argument("WORKFLOW", "its name"))
            .option("--on", "TARGET", "id, hostname or glob, tag:x, view:NAME, all, or a filter")
            .option("--version", "NUMBER", "not the last one")
            .options(
                "--set", "NAME=VALUE", "an input; JSON, or else a text; may be there many times")
            .flag("--plan", "say how many nodes and waves, and begin nothing")
            .flag("--dry-run", "the steps only say what they would do")
            .flag("--wait", "until it has ended, or halted")
            .flag("--yes", "do not ask"),
        Verb.of("show", "Shows a fleet run and its waves", FleetCommands::show)
            .argument("FLEET", "its number"),
        Verb.of("nodes", "What became of each node", FleetCommands::nodes)
            .argument("FLEET", "its number")
            .option("--status", "STATUS", "pending, running, succeeded, failed, …")
            .list(),
        Verb.of("watch", "Follows a fleet run until it ends or halts", FleetCommands::watch)
            .argument("FLEET", "its number"),
        verb("pause", "Lets no further run begin"),
        verb("resume", "Goes on with what is left")
            .flag("--retry", "begin anew what failed or was cancelled"),
        verb("cancel", "Ends a fleet run with all its runs"));
  }

  /** How the waves go. */
  static Verb options(Verb verb) {
    return verb.option("--canary", "N", "so many nodes, or N%, go first (default: 1)")
        .option("--wave", "N", "so many nodes, or N%, in each wave (default: 20%)")
        .option("--halt", "PERCENT", "halt when more of a wave fail (default: 10)")
        .option("--pause", "TIME", "between two waves, such as 10m (default: none)")
        .option("--at-once", "N", "at most so many runs at once (default: 50)");
  }

  private static Verb verb(String name, String summary) {
    return Verb.of(name, summary, call -> act(call, name))
        .argument("FLEET", "its number")
        .option("--reason", "TEXT", "for the audit");
  }

  private static int list(Call call) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    if (call.option("--workflow") != null) {
      query.put("workflow", call.option("--workflow"));
    }
    return Lists.show(call, query, call.client().fleets()::list, "id", LIST);
  }

  /** Writes what {@link #options} says into a body. */
  static void waves(Call call, ObjectNode into) {
    for (String name : List.of("canary", "wave", "pause")) {
      String value = call.option("--" + name);
      if (value != null) {
        into.put(name, value);
      }
    }
    if (call.option("--halt") != null) {
      into.put("haltPercent", percent(String.valueOf(call.option("--halt"))));
    }
    if (call.option("--at-once") != null) {
      into.put("atOnce", call.number("--at-once", 50));
    }
  }

  private static int percent(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    if (!number.matches("[0-9]{1,3}") || Integer.parseInt(number) > 100) {
      throw CommandException.usage("--halt wants a number from 0 to 100, not " + text);
    }
    return Integer.parseInt(number);
  }

  private static int start(Call call) throws InterruptedException {
    String on = call.option("--on");
    if (on == null) {
      throw CommandException.usage("on which nodes? --on TARGET");
    }
    ObjectNode wanted =
        JsonNodeFactory.instance.objectNode().put("workflow", call.argument(0)).put("on", on);
    if (call.option("--version") != null) {
      wanted.put("version", call.number("--version", 1));
    }
    wanted.set("inputs", RunCommands.inputs(call));
    waves(call, wanted);
    wanted.put("dryRun", call.flag("--dry-run"));
    if (call.flag("--plan")) {
      call.output().document(call.client().fleets().plan(wanted), "nodes");
      return ExitCode.OK;
    }
    if (on.equals("all") && !call.flag("--yes")) {
      int nodes = call.client().fleets().plan(wanted).path("nodes").asInt(0);
      call.confirm("%s on all %d nodes?".formatted(call.argument(0), nodes));
    }
    JsonNode fleet = call.client().fleets().start(wanted, UUID.randomUUID().toString());
    if (call.flag("--wait")) {
      return follow(call, fleet.path("id").asString());
    }
    call.output()
        .done(
            "fleet run %s has begun: %d nodes in %d waves"
                .formatted(
                    fleet.path("id").asString(),
                    fleet.path("total").asInt(0),
                    fleet.path("waves").size()),
            fleet,
            "id");
    return ExitCode.OK;
  }

  private static int show(Call call) {
    JsonNode fleet = call.client().fleets().show(call.argument(0));
    if (!call.format().equals("table")) {
      call.output().document(fleet, "id");
      return ExitCode.OK;
    }
    call.output().one(fleet, "id", LIST);
    call.terminal().out().println(Printable.line(fleet.path("sentence").asString()));
    call.output().list(fleet.path("waves").valueStream().toList(), "wave", WAVES);
    return ExitCode.OK;
  }

  private static int nodes(Call call) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    if (call.option("--status") != null) {
      query.put("status", call.option("--status"));
    }
    return Lists.show(
        call, query, page -> call.client().fleets().nodes(call.argument(0), page), "node", NODES);
  }

  private static int watch(Call call) throws InterruptedException {
    return follow(call, call.argument(0));
  }

  /** Says where it is whenever that has changed. */
  private static int follow(Call call, String id) throws InterruptedException {
    String said = "";
    while (true) {
      JsonNode fleet = call.client().fleets().show(id);
      String sentence = fleet.path("sentence").asString();
      if (!sentence.equals(said)) {
        said = sentence;
        if (call.format().equals("table")) {
          call.terminal().out().println(Printable.line("fleet run " + id + ": " + sentence));
          call.terminal().out().flush();
        } else {
          call.output().next(fleet, "id", LIST);
        }
      }
      String status = fleet.path("status").asString();
      if (OVER.contains(status) || status.equals("halted")) {
        return switch (status) {
          case "succeeded" -> ExitCode.OK;
          case "partly-failed" -> ExitCode.PARTLY_FAILED;
          default -> ExitCode.FAILED;
        };
      }
      call.terminal().pause(AGAIN);
    }
  }

  private static int act(Call call, String verb) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (call.option("--reason") != null) {
      body.put("reason", call.option("--reason"));
    }
    if (verb.equals("resume")) {
      body.put("retry", call.flag("--retry"));
    }
    JsonNode fleet = call.client().fleets().act(call.argument(0), verb, body);
    call.output()
        .done(
            "fleet run " + call.argument(0) + " is " + fleet.path("status").asString(),
            fleet,
            "id");
    return ExitCode.OK;
  }
}
