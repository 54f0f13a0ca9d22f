package dev.ingot.cli;

import dev.ingot.client.ClientException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Which node somebody means. */
final class NodeTarget {
  static final String WHAT = "id, or name, MAC, address or serial";

  private NodeTarget() {}

  /** The id of the one node that is meant; more than one or none is an error. */
  static String id(Call call, String given) {
    if (given.matches("[0-9a-f]{42}")) {
      return given;
    }
    List<String> ids;
    try {
      ids =
          call.client()
              .lookup(given)
              .path("items")
              .valueStream()
              .map(NodeTarget::id)
              .distinct()
              .toList();
    } catch (ClientException e) {
      if (e.status() != 404) {
        throw e;
      }
      ids = List.of();
    }
    if (ids.isEmpty()) {
      throw new CommandException(ExitCode.NOT_FOUND, "no node is known as " + given);
    }
    if (ids.size() > 1) {
      throw CommandException.usage(
          given + " is known of " + ids.size() + " nodes, use the id: " + String.join(", ", ids));
    }
    return ids.getFirst();
  }

  private static String id(JsonNode item) {
    return item.path("id").asString("");
  }
}
