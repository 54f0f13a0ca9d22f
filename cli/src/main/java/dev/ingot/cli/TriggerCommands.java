package dev.ingot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What begins runs by itself. */
final class TriggerCommands {
  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("KIND", "kind"),
          Column.of("WORKFLOW", "workflow"),
          Column.of("ENABLED", "enabled"),
          Column.age("NEXT", "next"),
          Column.age("LAST", "last"),
          Column.of("BEGUN", "begun"),
          Column.of("LEFT OUT", "leftOut"),
          Column.of("TROUBLE", "trouble"));

  private static final List<Column> SHOTS =
      List.of(
          Column.of("TIME", "time"),
          Column.id("NODE", "node"),
          Column.of("EVENT", "event"),
          Column.of("RUN", "run"),
          Column.of("FLEET", "fleet"),
          Column.of("LEFT OUT", "leftOut"));

  private TriggerCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists the triggers",
                call -> Lists.show(call, Map.of(), call.client().fleets()::triggers, "name", LIST))
            .list(),
        Verb.of(
                "show",
                "Shows a trigger",
                call -> {
                  call.output().document(call.client().fleets().trigger(call.argument(0)), "name");
                  return ExitCode.OK;
                })
            .argument("NAME", "of the list"),
        FleetCommands.options(
                Verb.of("put", "Stores a trigger", TriggerCommands::put)
                    .argument("NAME", "what it is called"))
            .option("--file", "FILE", "its definition, JSON; then nothing else is said")
            .option("--workflow", "NAME", "what it begins")
            .option("--cron", "FIELDS", "minute, hour, day, month, weekday; or @daily, …")
            .option("--zone", "ZONE", "of the schedule (default: UTC)")
            .option("--missed", "WHAT", "once or skip, when no server ran at its time")
            .flag("--overlap", "begin another while the last still runs")
            .option("--event", "TYPE", "such as node.joined, or node for all of them")
            .option("--severity", "LEAST", "of the event")
            .option("--type-id", "PATTERN", "of the event, * for any characters")
            .option("--data", "JSON", "fields that the event's data must have")
            .option("--per-node", "TIME", "how long a node rests between two events")
            .option("--nodes", "FILTER", "each node once, when it matches for the first time")
            .flag("--existing", "nodes that match already count too")
            .option("--on", "TARGET", "a fleet run over it (of a schedule or an event)")
            .option("--limit", "N/TIME", "at most so many in a time (default: 100/1h)")
            .options(
                "--set", "NAME=VALUE", "an input; may be a template such as {{ event.typeId }}")
            .flag("--dry-run", "the steps of its runs only say what they would do"),
        Verb.of("remove", "Removes a trigger", TriggerCommands::remove)
            .argument("NAME", "of the list")
            .destructive(),
        Verb.of(
                "pause",
                "Lets a trigger stand still",
                call -> enabled(call, call.client().fleets().pauseTrigger(call.argument(0))))
            .argument("NAME", "of the list"),
        Verb.of(
                "resume",
                "Lets a trigger go on from now",
                call -> enabled(call, call.client().fleets().resumeTrigger(call.argument(0))))
            .argument("NAME", "of the list"),
        Verb.of("shots", "What a trigger did, or why not, newest first", TriggerCommands::shots)
            .argument("NAME", "of the list")
            .list());
  }

  private static int put(Call call) {
    String file = call.option("--file");
    ObjectNode body = file == null ? said(call) : read(file);
    JsonNode stored = call.client().fleets().putTrigger(call.argument(0), body);
    call.output().done("trigger " + call.argument(0) + " is stored", stored, "name");
    return ExitCode.OK;
  }

  private static ObjectNode read(String file) {
    try {
      if (Output.MAPPER.readTree(Files.readAllBytes(Path.of(file))) instanceof ObjectNode object) {
        return object;
      }
      throw CommandException.usage(file + " is no JSON object");
    } catch (JacksonException e) {
      throw new CommandException(
          ExitCode.USAGE, file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CommandException(ExitCode.NOT_FOUND, "cannot read " + file, e);
    }
  }

  private static ObjectNode said(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    copy(call, "--workflow", body, "workflow");
    copy(call, "--on", body, "on");
    copy(call, "--missed", body, "missed");
    copy(call, "--per-node", body, "perNode");
    for (String flag : List.of("overlap", "existing")) {
      if (call.flag("--" + flag)) {
        body.put(flag, true);
      }
    }
    if (call.flag("--dry-run")) {
      body.put("dryRun", true);
    }
    ObjectNode inputs = RunCommands.inputs(call);
    if (!inputs.isEmpty()) {
      body.set("inputs", inputs);
    }
    if (call.option("--cron") != null) {
      ObjectNode schedule = body.putObject("schedule");
      copy(call, "--cron", schedule, "cron");
      copy(call, "--zone", schedule, "zone");
    }
    if (call.option("--event") != null) {
      ObjectNode event = body.putObject("event");
      copy(call, "--event", event, "type");
      copy(call, "--severity", event, "severity");
      copy(call, "--type-id", event, "typeId");
      if (call.option("--data") != null) {
        event.set("data", RunCommands.value(String.valueOf(call.option("--data"))));
      }
    }
    if (call.option("--nodes") != null) {
      body.set("nodes", RunCommands.value(String.valueOf(call.option("--nodes"))));
    }
    ObjectNode waves = JsonNodeFactory.instance.objectNode();
    FleetCommands.waves(call, waves);
    if (!waves.isEmpty()) {
      body.set("fleet", waves);
    }
    String limit = call.option("--limit");
    if (limit != null) {
      if (!limit.matches("[1-9][0-9]{0,5}/[0-9]+(ms|s|m|min|h|d)")) {
        throw CommandException.usage("--limit wants N/TIME such as 10/1h, not " + limit);
      }
      String[] parts = limit.split("/", 2);
      body.putObject("limit").put("most", Integer.parseInt(parts[0])).put("per", parts[1]);
    }
    return body;
  }

  private static void copy(Call call, String option, ObjectNode into, String field) {
    String value = call.option(option);
    if (value != null) {
      into.put(field, value);
    }
  }

  private static int remove(Call call) {
    call.confirm("remove the trigger " + call.argument(0) + "?");
    call.client().fleets().removeTrigger(call.argument(0));
    if (call.format().equals("table")) {
      call.terminal().out().println("trigger " + call.argument(0) + " is removed");
    }
    return ExitCode.OK;
  }

  private static int enabled(Call call, JsonNode trigger) {
    boolean enabled = trigger.path("enabled").asBoolean();
    call.output()
        .done(
            "trigger " + call.argument(0) + (enabled ? " goes on" : " is paused"), trigger, "name");
    return ExitCode.OK;
  }

  private static int shots(Call call) throws InterruptedException {
    return Lists.show(
        call, Map.of(), page -> call.client().fleets().shots(call.argument(0), page), "id", SHOTS);
  }
}
