package dev.ingot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Workflows: durable graphs of steps. */
final class WorkflowCommands {
  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("VERSION", "version"),
          Column.of("STEPS", "steps"),
          Column.of("ORIGIN", "origin"),
          Column.age("CHANGED", "created"),
          Column.of("DESCRIPTION", "description"));

  private static final List<Column> LOADED =
      List.of(
          Column.of("FILE", "file"),
          Column.of("NAME", "name"),
          Column.of("VERSION", "version"),
          Column.of("STATE", "state"),
          Column.of("LACKS", "lacks"));

  private WorkflowCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists the workflows",
                call -> Lists.show(call, Map.of(), call.client().workflows()::list, "name", LIST))
            .list(),
        Verb.of("show", "Shows a workflow's definition, as it can be put", WorkflowCommands::show)
            .argument("NAME", "of the list")
            .option("--version", "NUMBER", "not the last one"),
        Verb.of("versions", "Lists the versions of a workflow", WorkflowCommands::versions)
            .argument("NAME", "of the list")
            .list(),
        Verb.of(
                "put",
                "Stores the workflows of a file or folder, all or none",
                call -> DefinitionFolder.load(call, call.client().workflows()::load, LOADED))
            .argument("FILE", ".yaml, .yml or .json, ours or RackHD's; or a folder of them")
            .flag("--dry-run", "say what would change, and change nothing"),
        Verb.of(
                "validate",
                "Names everything that is wrong with the workflows of a file or folder",
                WorkflowCommands::validate)
            .argument("FILE", ".yaml, .yml or .json; or a folder of them"),
        Verb.of("diff", "Shows what differs between two versions", WorkflowCommands::diff)
            .argument("NAME", "of the list")
            .optional("FROM", "a version; left out: the one before the last")
            .optional("TO", "a version; left out: the last"),
        Verb.of("graph", "Draws a workflow", WorkflowCommands::graph)
            .argument("NAME", "of the list")
            .option("--version", "NUMBER", "not the last one")
            .option("--svg", "FILE", "write a picture there, - for the terminal"),
        Verb.of("schema", "Prints the JSON Schema of workflows", WorkflowCommands::schema));
  }

  private static @Nullable Integer version(Call call) {
    int version = call.number("--version", 0);
    return version == 0 ? null : version;
  }

  private static int show(Call call) {
    JsonNode found = call.client().workflows().show(call.argument(0), version(call));
    call.output().document(found.path("definition"), "name");
    return ExitCode.OK;
  }

  private static int versions(Call call) throws InterruptedException {
    return Lists.show(
        call,
        Map.of(),
        query -> call.client().workflows().versions(call.argument(0), query),
        "version",
        LIST);
  }

  private static int validate(Call call) {
    return DefinitionFolder.load(
        call, folder -> call.client().workflows().load(folder.put("dryRun", true)), LOADED);
  }

  private static int diff(Call call) {
    JsonNode last = call.client().workflows().show(call.argument(0), number(call.argument(2)));
    int to = last.path("version").asInt();
    Integer said = number(call.argument(1));
    int from = said == null ? to - 1 : said;
    if (from < 1) {
      throw new CommandException(
          ExitCode.REFUSED,
          call.argument(0) + " has one version only: there is nothing to compare");
    }
    JsonNode first = call.client().workflows().show(call.argument(0), from);
    List<String> lines =
        LineDiff.of(
            YamlWriter.write(first.path("definition")).lines().toList(),
            YamlWriter.write(last.path("definition")).lines().toList());
    call.terminal().out().println("--- version " + from);
    call.terminal().out().println("+++ version " + to);
    lines.forEach(line -> call.terminal().out().println(Printable.line(line)));
    return ExitCode.OK;
  }

  private static @Nullable Integer number(String text) {
    if (text.isEmpty()) {
      return null;
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw CommandException.usage("a version is a number from 1 on, not " + text);
    }
    return Integer.parseInt(text);
  }

  private static int graph(Call call) {
    JsonNode found = call.client().workflows().show(call.argument(0), version(call));
    StepGraph graph = StepGraph.of(found.path("definition").path("steps"));
    String file = call.option("--svg");
    if (file == null) {
      GraphText.lines(graph).forEach(line -> call.terminal().out().println(Printable.line(line)));
      return ExitCode.OK;
    }
    String svg = GraphSvg.of(found.path("name").asString(), graph);
    if (file.equals("-")) {
      call.terminal().out().println(svg);
      return ExitCode.OK;
    }
    try {
      Files.writeString(Path.of(file), svg);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, "cannot write " + file + ": " + e.getMessage(), e);
    }
    return ExitCode.OK;
  }

  private static int schema(Call call) {
    call.output().document(call.client().workflows().schema(), "title");
    return ExitCode.OK;
  }
}
