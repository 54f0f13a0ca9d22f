package dev.ingot.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Jobs that were made, and what the nodes can do. */
final class JobCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("STATE", "state"),
          Column.of("CAPABILITY", "capability"),
          Column.of("ON", "on"),
          Column.of("NODES", "total"),
          Column.of("SUCCEEDED", "counts.succeeded"),
          Column.of("FAILED", "counts.failed"),
          Column.of("RUNNING", "counts.running"),
          Column.age("CREATED", "created"),
          Column.of("BY", "createdBy"),
          Column.of("WAITS FOR", "waitsFor|reason"));

  static final List<Column> TASKS =
      List.of(
          Column.id("NODE", "node"),
          Column.of("NAME", "hostname"),
          Column.of("STATE", "state"),
          Column.of("ATTEMPT", "attempt"),
          Column.of("EXIT", "exit"),
          Column.of("REASON", "reason"),
          Column.age("STARTED", "started"),
          Column.age("FINISHED", "finished"),
          Column.bytes("STDOUT", "stdoutBytes"),
          Column.bytes("STDERR", "stderrBytes"));

  private static final List<Column> CAPABILITIES =
      List.of(
          Column.of("NAME", "name"),
          Column.of("NODES", "nodes"),
          Column.of("CAN", "available"),
          Column.of("DESCRIPTION", "description"),
          Column.of("BECAUSE", "unavailable.reason"));

  private JobCommands() {}

  static List<Verb> jobs() {
    return List.of(
        Verb.of("list", "Lists jobs, newest first", JobCommands::list)
            .option("--state", "STATE", "running, finished, cancelled or stopped")
            .list(),
        Verb.of("show", "Shows a job; with --tasks its tasks", JobCommands::show)
            .argument("ID", "of the job")
            .flag("--tasks", "its tasks")
            .option("--state", "STATE", "only tasks in this state, e.g. failed")
            .list(),
        Verb.of("watch", "Follows a job to its end", JobCommands::watch)
            .argument("ID", "of the job")
            .flag("--exit-code", "of a job on one node: end with the program's own exit status"),
        Verb.of("output", "Prints what a task wrote", JobCommands::output)
            .argument("ID", "of the job")
            .argument("NODE", NodeTarget.WHAT)
            .flag("--stderr", "standard error instead"),
        Verb.of("cancel", "Ends a job, or its task on one node", JobCommands::cancel)
            .argument("ID", "of the job")
            .option("--node", "NODE", "only there")
            .option("--reason", "TEXT", "said to whoever asks why"),
        Verb.of("retry-failed", "Makes a new job where one did not succeed", JobCommands::retry)
            .argument("ID", "of the job")
            .flag("--no-wait", "print the new job's id and leave it to itself"));
  }

  static List<Verb> capabilities() {
    return List.of(
        Verb.of("list", "Lists what the nodes can do", JobCommands::listCapabilities)
            .option("--on", "TARGET", "only of these nodes"),
        Verb.of(
                "show",
                "Shows a capability: arguments, result, where it is missing and why",
                call -> {
                  JsonNode capability = call.client().jobs().capability(call.argument(0));
                  call.output().document(capability, "name");
                  return ExitCode.OK;
                })
            .argument("NAME", "of the capability"));
  }

  private static int list(Call call) throws InterruptedException {
    return Lists.show(call, states(call), call.client().jobs()::list, "id", COLUMNS);
  }

  private static Map<String, String> states(Call call) {
    Map<String, String> query = new HashMap<>();
    String state = call.option("--state");
    if (state != null) {
      query.put("state", state);
    }
    return query;
  }

  private static int show(Call call) throws InterruptedException {
    String id = call.argument(0);
    if (call.flag("--tasks") || call.option("--state") != null) {
      return Lists.show(
          call, states(call), query -> call.client().jobs().tasks(id, query), "node", TASKS);
    }
    call.output().document(call.client().jobs().show(id), "id");
    return ExitCode.OK;
  }

  private static int watch(Call call) throws InterruptedException {
    return CallCommands.followed(call, call.client().jobs().show(call.argument(0)));
  }

  private static int output(Call call) throws IOException {
    String node = NodeTarget.id(call, call.argument(1));
    String stream = call.flag("--stderr") ? "stderr" : "stdout";
    try (InputStream bytes =
        call.client().jobs().output(call.argument(0), node, Map.of("stream", stream))) {
      bytes.transferTo(call.terminal().out());
    }
    call.terminal().out().flush();
    return ExitCode.OK;
  }

  private static int cancel(Call call) {
    String id = call.argument(0);
    String node = call.option("--node");
    JsonNode answer =
        node == null
            ? call.client().jobs().cancel(id, CallCommands.reason(call))
            : call.client()
                .jobs()
                .cancelTask(id, NodeTarget.id(call, node), CallCommands.reason(call));
    call.output()
        .done(
            node == null ? JobWatch.counts(answer) : "task of job " + id + " is being cancelled",
            answer,
            node == null ? "id" : "node");
    return ExitCode.OK;
  }

  private static int retry(Call call) throws InterruptedException {
    JsonNode job = call.client().jobs().retryFailed(call.argument(0));
    if (call.flag("--no-wait")) {
      call.output().done(job.path("id").asString(""), job, "id");
      return ExitCode.OK;
    }
    return CallCommands.followed(call, job);
  }

  private static int listCapabilities(Call call) {
    Map<String, String> query = new HashMap<>();
    String on = call.option("--on");
    if (on != null) {
      query.put("on", on);
    }
    call.output().list(call.client().jobs().capabilities(query).items(), "name", CAPABILITIES);
    return ExitCode.OK;
  }
}
