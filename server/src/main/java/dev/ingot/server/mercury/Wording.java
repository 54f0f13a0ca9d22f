package dev.ingot.server.mercury;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Words of strangers in our own sentences. */
final class Wording {
  private static final int SHOWN = 100;

  static final String TOO_OFTEN =
      "more requests than one address may (mercury.requests-per-minute); ask again later";

  private Wording() {}

  /** Without the character that PostgreSQL's texts cannot hold. */
  static String storable(String text) {
    return text.replace('\0', '\ufffd');
  }

  /** All strings and keys of a value {@linkplain #storable(String) storable}. */
  static JsonNode storable(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode storable = JsonNodeFactory.instance.objectNode();
        object.forEachEntry((key, each) -> storable.set(storable(key), storable(each)));
        yield storable;
      }
      case ArrayNode array -> {
        ArrayNode storable = JsonNodeFactory.instance.arrayNode();
        array.forEach(each -> storable.add(storable(each)));
        yield storable;
      }
      case StringNode text -> JsonNodeFactory.instance.stringNode(storable(text.stringValue()));
      default -> value;
    };
  }

  /** One line of bounded length. */
  static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
