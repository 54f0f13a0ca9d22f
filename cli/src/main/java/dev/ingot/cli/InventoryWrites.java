package dev.ingot.cli;

import tools.jackson.databind.JsonNode;

/** What the source import says of one machine. */
final class InventoryWrites {
  private InventoryWrites() {}

  static Verb put() {
    return Verb.of("put", "Says what the source import says of a node", InventoryWrites::put)
        .argument("NODE", NodeTarget.WHAT)
        .argument("FILE", "the document, or with --section that section; - for standard input")
        .option("--section", "NAME", "only this section");
  }

  static Verb patch() {
    return Verb.of("patch", "Changes what the source import says of a node", InventoryWrites::patch)
        .argument("NODE", NodeTarget.WHAT)
        .argument("PATCH", "a JSON Merge Patch, e.g. '{\"asset\":{\"owner\":\"lab\"}}'");
  }

  static Verb remove() {
    return Verb.of("remove", "Takes away what the source import says", InventoryWrites::remove)
        .argument("NODE", NodeTarget.WHAT)
        .optional("SECTION", "only this section")
        .destructive();
  }

  private static int put(Call call) {
    String node = named(call);
    JsonNode document = InventoryImport.document(call, call.argument(1));
    String section = call.option("--section");
    return written(
        call,
        section == null
            ? call.client().imports().putInventory(node, document)
            : call.client().imports().putSection(node, section, document));
  }

  private static int patch(Call call) {
    JsonNode patch = NodeCommands.json(call.argument(1), "the patch");
    return written(call, call.client().imports().patchInventory(named(call), patch));
  }

  private static int remove(Call call) {
    String node = named(call);
    String section = call.argument(1);
    call.confirm(
        "Take away what import says of " + node + (section.isEmpty() ? "" : ": " + section) + "?");
    return written(
        call,
        section.isEmpty()
            ? call.client().imports().deleteInventory(node)
            : call.client().imports().deleteSection(node, section));
  }

  /** A whole id needs no node yet. */
  private static String named(Call call) {
    String given = call.argument(0);
    return given.matches("(00|01|02|03|0f)[0-9a-f]{40}") ? given : NodeTarget.id(call, given);
  }

  private static int written(Call call, JsonNode answer) {
    String id = answer.path("id").asString("");
    StringBuilder sentence = new StringBuilder(id + " is " + answer.path("status").asString(""));
    for (JsonNode aside : answer.path("aside")) {
      sentence
          .append("; ")
          .append(aside.path("section").asString(""))
          .append(" stands aside: ")
          .append(aside.path("served").asString(""))
          .append(" is served");
    }
    call.output().done(sentence.toString(), answer, "id");
    return ExitCode.OK;
  }
}
