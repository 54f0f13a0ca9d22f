package dev.ingot.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code plugins}, {@code collect}: commands that nodes run by name. */
final class PluginCommands {
  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("ALIAS", "alias"),
          Column.of("FORMAT", "format"),
          Column.of("SCHEDULE", "schedule"),
          Column.of("NODES", "nodes"),
          Column.of("COMMAND", "command"),
          Column.of("DESCRIPTION", "description"));
  private static final List<Column> PROBLEMS =
      List.of(
          Column.of("FILE", "file"),
          Column.of("NODES", "nodes"),
          Column.of("SOME", "sample"),
          Column.of("PROBLEM", "detail"));
  private static final List<Column> RESULTS =
      List.of(
          Column.of("NAME", "name"),
          Column.age("AGE", "time"),
          Column.of("EXIT", "exit"),
          Column.of("FORMAT", "format"),
          Column.of("SOURCE", "source"),
          Column.of("JOB", "job"),
          Column.of("ERROR", "error"));
  private static final List<Column> RUNS =
      List.of(
          Column.of("NUMBER", "number"),
          Column.of("TIME", "time"),
          Column.of("EXIT", "exit"),
          Column.of("CHANGED", "changed"),
          Column.of("JOB", "job"),
          Column.of("ERROR", "error"));

  private PluginCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("list", "Lists what nodes run by name", PluginCommands::list)
            .option("--on", "TARGET", "only of these nodes"),
        Verb.of("problems", "Lists what in nodes' folders is no plugin", PluginCommands::problems)
            .option("--on", "TARGET", "only of these nodes"),
        Verb.of("show", "Shows what plugins came to on a node", PluginCommands::show)
            .argument("NODE", NodeTarget.WHAT)
            .optional("PLUGIN", "one of them, with its value"),
        Verb.of("history", "Lists the runs of a plugin on a node", PluginCommands::history)
            .argument("NODE", NodeTarget.WHAT)
            .argument("PLUGIN", "its name")
            .option("--limit", "N", "at most so many (default: all)"));
  }

  static Verb collect() {
    return JobBody.options(
            Verb.of(
                "collect",
                "Runs a plugin on many nodes; its results land in their records",
                PluginCommands::collectPlugin))
        .argument("PLUGIN", "its name or alias, see ingot plugins list");
  }

  private static int collectPlugin(Call call) throws InterruptedException {
    ObjectNode body = JobBody.of(call, "collect");
    body.putObject("arguments").put("plugin", call.argument(0));
    return CallCommands.submit(call, body, false);
  }

  private static JsonNode asked(Call call) {
    String on = call.option("--on");
    return call.client().plugins().list(on == null ? Map.of() : Map.of("on", on));
  }

  private static int list(Call call) {
    JsonNode answer = asked(call);
    call.output().list(answer.path("items").valueStream().toList(), "name", LIST);
    int problems = answer.path("problems").size();
    if (problems > 0) {
      call.terminal().err().println(problems + " files have problems: ingot plugins problems");
      call.terminal().err().flush();
    }
    return ExitCode.OK;
  }

  private static int problems(Call call) {
    call.output().list(asked(call).path("problems").valueStream().toList(), "file", PROBLEMS);
    return ExitCode.OK;
  }

  private static int show(Call call) {
    String id = NodeTarget.id(call, call.argument(0));
    if (call.argument(1).isEmpty()) {
      call.output().list(call.client().plugins().results(id).items(), "name", RESULTS);
    } else {
      call.output().document(call.client().plugins().result(id, call.argument(1)), "name");
    }
    return ExitCode.OK;
  }

  private static int history(Call call) {
    String id = NodeTarget.id(call, call.argument(0));
    List<JsonNode> runs =
        Lists.all(
            call, Map.of(), asked -> call.client().plugins().history(id, call.argument(1), asked));
    call.output().list(runs, "number", RUNS);
    return ExitCode.OK;
  }
}
