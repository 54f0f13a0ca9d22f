package dev.ingot.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Runs of workflows. */
final class RunCommands {
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final Set<String> OPEN = Set.of("running", "paused");

  private static final List<Column> LIST =
      List.of(
          Column.of("RUN", "id"),
          Column.of("WORKFLOW", "workflow"),
          Column.id("NODE", "node"),
          Column.of("STATUS", "status"),
          Column.age("STARTED", "created"),
          Column.age("ENDED", "finished"),
          Column.of("BY", "createdBy"),
          Column.of("REASON", "trouble|reason"));

  private static final List<Column> STEPS =
      List.of(
          Column.of("STEP", "name"),
          Column.of("TYPE", "type"),
          Column.of("STATUS", "status"),
          Column.of("ATTEMPT", "attempt"),
          Column.age("SINCE", "since"),
          Column.of("WAITS FOR", "waitsFor|reason"));

  private static final List<Column> EXPLAINED =
      List.of(
          Column.of("STEP", "name"),
          Column.of("STATUS", "status"),
          Column.age("SINCE", "since"),
          Column.of("WAITS FOR", "waitsFor"),
          Column.age("UNTIL", "until"),
          Column.of("THEN", "then"),
          Column.of("SERVER", "server"));

  private static final List<Column> TIMELINE =
      List.of(
          Column.of("TIME", "time"),
          Column.of("STEP", "step"),
          Column.of("FROM", "from"),
          Column.of("TO", "to"),
          Column.of("ATTEMPT", "attempt"),
          Column.of("REASON", "reason"));

  private RunCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("list", "Lists runs, the newest first", RunCommands::list)
            .option("--status", "STATUS", "open, running, paused, succeeded, failed, cancelled")
            .option("--workflow", "NAME", "of this workflow")
            .option("--node", "NODE", "of this node: id, its unique beginning, hostname, …")
            .list(),
        Verb.of("start", "Runs a workflow", RunCommands::start)
            .argument("WORKFLOW", "its name")
            .option("--on", "NODE", "against this node: id, its unique beginning, hostname, …")
            .option("--version", "NUMBER", "not the last one")
            .options(
                "--set", "NAME=VALUE", "an input; JSON, or else a text; may be there many times")
            .flag("--dry-run", "its steps only say what they would do")
            .flag("--wait", "until it has ended"),
        Verb.of("show", "Shows a run and its steps", RunCommands::show)
            .argument("RUN", "its number"),
        Verb.of("explain", "Why a run is where it is", RunCommands::explain)
            .argument("RUN", "its number"),
        Verb.of("timeline", "What happened in a run", RunCommands::timeline)
            .argument("RUN", "its number")
            .list(),
        Verb.of("watch", "Follows a run until it ends", RunCommands::watch)
            .argument("RUN", "its number"),
        verb("cancel", "Ends a run and what it began"),
        verb("pause", "Lets a run stand still"),
        verb("resume", "Lets a paused run go on"),
        verb("retry", "Tries again what failed, and what comes after")
            .option("--step", "NAME", "this step only"),
        verb("skip", "Leaves a step out").option("--step", "NAME", "which step"));
  }

  private static Verb verb(String name, String summary) {
    return Verb.of(name, summary, call -> act(call, name))
        .argument("RUN", "its number")
        .option("--reason", "TEXT", "for the audit");
  }

  private static int list(Call call) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    for (String name : List.of("status", "workflow", "node")) {
      String value = call.option("--" + name);
      if (value != null) {
        query.put(name, value);
      }
    }
    return Lists.show(call, query, call.client().workflows()::runs, "id", LIST);
  }

  private static int start(Call call) throws InterruptedException {
    ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("workflow", call.argument(0));
    if (call.option("--on") != null) {
      wanted.put("node", call.option("--on"));
    }
    if (call.option("--version") != null) {
      wanted.put("version", call.number("--version", 1));
    }
    wanted.set("inputs", inputs(call));
    wanted.put("dryRun", call.flag("--dry-run"));
    JsonNode run = call.client().workflows().run(wanted);
    if (call.flag("--wait")) {
      return follow(call, run.path("id").asString());
    }
    call.output().done("run " + run.path("id").asString() + " has begun", run, "id");
    return ExitCode.OK;
  }

  /** What {@code --set} says. */
  static ObjectNode inputs(Call call) {
    ObjectNode inputs = JsonNodeFactory.instance.objectNode();
    for (String set : call.options("--set")) {
      int equals = set.indexOf('=');
      if (equals < 1) {
        throw CommandException.usage("--set wants NAME=VALUE, not " + set);
      }
      inputs.set(set.substring(0, equals), value(set.substring(equals + 1)));
    }
    return inputs;
  }

  /** JSON, or else a text. */
  static JsonNode value(String text) {
    try {
      return Output.MAPPER.readTree(text);
    } catch (JacksonException e) {
      return JsonNodeFactory.instance.stringNode(text); // as it stands: a text
    }
  }

  private static int show(Call call) {
    JsonNode run = call.client().workflows().showRun(call.argument(0));
    if (call.format().equals("table")) {
      call.output().one(run, "id", LIST);
      call.terminal().out().println();
      call.output().list(run.path("steps").valueStream().toList(), "name", STEPS);
    } else {
      call.output().document(run, "id");
    }
    return ExitCode.OK;
  }

  private static int explain(Call call) {
    JsonNode told = call.client().workflows().explainRun(call.argument(0));
    if (!call.format().equals("table")) {
      call.output().document(told, "run");
      return ExitCode.OK;
    }
    call.terminal()
        .out()
        .println(
            Printable.line(
                "run %s is %s: %s"
                    .formatted(
                        told.path("run").asString(),
                        told.path("status").asString(),
                        told.path("sentence").asString())));
    for (String more : List.of("trouble", "holds")) {
      if (told.path(more).isString()) {
        call.terminal().out().println(Printable.line(more + ": " + told.path(more).asString()));
      }
    }
    call.output().list(told.path("steps").valueStream().toList(), "name", EXPLAINED);
    return ExitCode.OK;
  }

  private static int timeline(Call call) throws InterruptedException {
    return Lists.show(
        call,
        Map.of(),
        query -> call.client().workflows().timeline(call.argument(0), query),
        "number",
        TIMELINE);
  }

  private static int watch(Call call) throws InterruptedException {
    return follow(call, call.argument(0));
  }

  /** Shows every change as it comes; ends with the run. */
  private static int follow(Call call, String run) throws InterruptedException {
    int shown = 0;
    while (true) {
      JsonNode now = call.client().workflows().showRun(run);
      List<JsonNode> items =
          Lists.all(call, Map.of(), query -> call.client().workflows().timeline(run, query));
      for (JsonNode item :
          new ArrayList<>(items.subList(Math.min(shown, items.size()), items.size()))) {
        call.output().next(item, "number", TIMELINE);
      }
      shown = items.size();
      String status = now.path("status").asString();
      if (!OPEN.contains(status)) {
        return status.equals("succeeded") ? ExitCode.OK : ExitCode.FAILED;
      }
      call.terminal().pause(AGAIN);
    }
  }

  private static int act(Call call, String verb) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    for (String name : List.of("step", "reason")) {
      String option = "--" + name;
      boolean known = name.equals("reason") || verb.equals("retry") || verb.equals("skip");
      String value = known ? call.option(option) : null;
      if (value != null) {
        body.put(name, value);
      }
    }
    if (verb.equals("skip") && (!body.has("step") || !body.has("reason"))) {
      throw CommandException.usage("skip wants --step NAME and --reason TEXT");
    }
    JsonNode run = call.client().workflows().actOnRun(call.argument(0), verb, body);
    call.output()
        .done("run " + call.argument(0) + " is " + run.path("status").asString(), run, "id");
    return ExitCode.OK;
  }
}
