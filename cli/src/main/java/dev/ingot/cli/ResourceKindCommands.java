package dev.ingot.cli;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What kinds of resources there are. */
final class ResourceKindCommands {
  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("KEY", "key"),
          Column.of("SHIPPED", "shipped"),
          Column.of("DESCRIPTION", "description"));

  private ResourceKindCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("list", "Lists the kinds of resources", ResourceKindCommands::list),
        Verb.of("show", "Shows a kind, as it can be loaded", ResourceKindCommands::show)
            .argument("KIND", "of the list"),
        Verb.of(
                "load",
                "Declares the kinds of a folder's files, all or none",
                call -> DefinitionFolder.load(call, call.client().resources()::loadKinds))
            .argument("DIR", "folder of .yaml, .yml and .json files, or one of them")
            .flag("--dry-run", "say what would change, and change nothing"),
        Verb.of("delete", "Deletes a kind of which there are none", ResourceKindCommands::delete)
            .argument("KIND", "of the list")
            .destructive());
  }

  private static int list(Call call) {
    call.output().list(call.client().resources().kinds().items(), "name", LIST);
    return ExitCode.OK;
  }

  private static int show(Call call) {
    ObjectNode kind = (ObjectNode) call.client().resources().kind(call.argument(0));
    kind.remove("shipped");
    call.output().document(kind, "name");
    return ExitCode.OK;
  }

  private static int delete(Call call) {
    String name = call.argument(0);
    call.confirm("Delete the kind " + name + "?");
    call.client().resources().deleteKind(name);
    ObjectNode deleted = JsonNodeFactory.instance.objectNode().put("name", name);
    call.output().done("kind " + name + " is deleted", deleted, "name");
    return ExitCode.OK;
  }
}
