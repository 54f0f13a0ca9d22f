package dev.ingot.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What is prepared once, before the work begins. */
final class SetupCommands {
  private static final String DRY_RUN = "--dry-run";
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("BROKER", "broker"),
          Column.of("KIND", "kind"),
          Column.of("NAME", "name"),
          Column.of("OUTCOME", "outcome"),
          Column.of("DETAIL", "detail"));

  private SetupCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "broker",
                "Declares all that is needed at the message broker",
                SetupCommands::broker)
            .flag(DRY_RUN, "look only"));
  }

  private static int broker(Call call) {
    JsonNode done =
        call.client()
            .setUpBroker(JsonNodeFactory.instance.objectNode().put("dryRun", call.flag(DRY_RUN)));
    Output output = call.output();
    List<JsonNode> items = done.path("items").valueStream().toList();
    if (output.format() == Format.JSON || output.format() == Format.YAML) {
      output.document(done, "name");
    } else {
      output.list(items, "name", COLUMNS);
    }
    boolean failed =
        items.stream().anyMatch(item -> item.path("outcome").asString("").equals("failed"));
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }
}
