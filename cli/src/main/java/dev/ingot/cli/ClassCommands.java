package dev.ingot.cli;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Classes: what kind of machine a node is. */
final class ClassCommands {
  private static final Duration AGAIN = Duration.ofMillis(500);

  private static final List<Column> LIST =
      List.of(
          Column.of("PRIORITY", "priority"),
          Column.of("NAME", "name"),
          Column.of("NODES", "nodes"),
          Column.age("CHANGED", "changed"),
          Column.of("DESCRIPTION", "definition.description"),
          Column.of("FAILURE", "failure"));

  private ClassCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
            "list", "Lists the classes in the order in which they are tried", ClassCommands::list),
        Verb.of("show", "Shows a class's rule, as it can be loaded", ClassCommands::show)
            .argument("NAME", "of the list"),
        Verb.of("set", "Makes or changes a class", ClassCommands::set)
            .argument("NAME", "what its nodes are")
            .argument("FILTER", "JSON, e.g. '{\"dmi.product_name\":\"R640\"}'")
            .option("--priority", "N", "lower is tried first (default 100)")
            .option("--description", "TEXT", "for people")
            .flag("--wait", "until every node was looked at"),
        Verb.of("load", "Stores the classes of a folder's files, all or none", ClassCommands::load)
            .argument("DIR", "folder of .yaml, .yml and .json files, or one of them")
            .flag("--dry-run", "say what would change, and change nothing")
            .flag("--wait", "until every node was looked at"),
        Verb.of("delete", "Deletes a class", ClassCommands::delete)
            .argument("NAME", "of the list")
            .flag("--wait", "until every node was looked at")
            .destructive());
  }

  private static int list(Call call) {
    call.output().list(call.client().classes().items(), "name", LIST);
    JsonNode progress = call.client().classProgress();
    if (isRunning(progress)) {
      call.terminal().err().println("ingot: " + sentence(progress));
    }
    return ExitCode.OK;
  }

  private static int show(Call call) {
    call.output().document(call.client().classRule(call.argument(0)).path("definition"), "name");
    return ExitCode.OK;
  }

  private static int set(Call call) throws InterruptedException {
    String name = call.argument(0);
    ObjectNode rule = JsonNodeFactory.instance.objectNode();
    String description = call.option("--description");
    if (description != null) {
      rule.put("description", description);
    }
    String priority = call.option("--priority");
    if (priority != null) {
      if (!priority.matches("\\d{1,9}")) {
        throw CommandException.usage("--priority is a number from 0 on, not " + priority);
      }
      rule.put("priority", Integer.parseInt(priority));
    }
    rule.set("filter", NodeCommands.json(call.argument(1), "the filter"));
    JsonNode stored = call.client().putClass(name, rule);
    await(call);
    call.output().done("class " + name + " is stored", stored, "name");
    return ExitCode.OK;
  }

  private static int load(Call call) throws InterruptedException {
    int code = DefinitionFolder.load(call, call.client()::loadClasses);
    await(call);
    return code;
  }

  private static int delete(Call call) throws InterruptedException {
    String name = call.argument(0);
    call.confirm("Delete the class " + name + "?");
    call.client().deleteClass(name);
    await(call);
    ObjectNode deleted = JsonNodeFactory.instance.objectNode().put("name", name);
    call.output().done("class " + name + " is deleted", deleted, "name");
    return ExitCode.OK;
  }

  private static void await(Call call) throws InterruptedException {
    if (!call.flag("--wait")) {
      return;
    }
    String said = "";
    for (JsonNode progress = call.client().classProgress();
        isRunning(progress);
        progress = call.client().classProgress()) {
      String sentence = sentence(progress);
      if (!sentence.equals(said)) {
        call.terminal().err().println("ingot: " + sentence);
        said = sentence;
      }
      call.terminal().pause(AGAIN);
    }
  }

  private static boolean isRunning(JsonNode progress) {
    return progress.path("running").asBoolean(false);
  }

  private static String sentence(JsonNode progress) {
    return "%s of %s nodes were looked at again since a class changed"
        .formatted(progress.path("done"), progress.path("total"));
  }
}
