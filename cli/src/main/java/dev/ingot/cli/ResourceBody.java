package dev.ingot.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is said of a resource on the command line. */
final class ResourceBody {
  private ResourceBody() {}

  static Verb options(Verb verb) {
    return verb.option(
            "--json", "JSON", "all of it, e.g. '{\"hostname\":\"m1\",\"owner\":\"tony\"}'")
        .option("--owner", "OWNER", "who has it; empty for nobody")
        .option("--state", "STATE", "of those that its kind has")
        .option("--node", "NODE", "the node that a machine is: id, MAC or hostname")
        .option("--network", "NAME", "the network that an address must be in")
        .options("--set", "FIELD=VALUE", "another field; VALUE is JSON, or else a text");
  }

  static JsonNode of(Call call, String keyField) {
    String json = call.option("--json");
    JsonNode given =
        json == null ? JsonNodeFactory.instance.objectNode() : NodeCommands.json(json, "--json");
    if (!(given instanceof ObjectNode body)) {
      return given;
    }
    if (!call.argument(0).isEmpty() && !body.has(keyField)) {
      body.put(keyField, call.argument(0));
    }
    for (String name : List.of("owner", "state", "node", "network")) {
      String value = call.option("--" + name);
      if (value != null) {
        body.put(name, value);
      }
    }
    for (String pair : call.options("--set")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw CommandException.usage("--set is FIELD=VALUE, not " + pair);
      }
      body.set(pair.substring(0, equals), value(pair.substring(equals + 1)));
    }
    return body;
  }

  private static JsonNode value(String text) {
    boolean json = text.matches("[\\[{\"].*|-?\\d+(\\.\\d+)?|true|false|null");
    return json ? NodeCommands.json(text, "--set") : JsonNodeFactory.instance.stringNode(text);
  }
}
