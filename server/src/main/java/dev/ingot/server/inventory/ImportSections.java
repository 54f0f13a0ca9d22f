package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sections as people write them: checked, so that they are stored exactly as they were sent or not
 * at all.
 */
final class ImportSections {
  /** The most sections that a source has of one node. */
  static final int MOST = 256;

  static final String MERCURY_ID = "mercury_id";

  private static final int LONGEST_NAME = 100;

  /** What queries find beside a document under these names. */
  private static final Set<String> TAKEN = Set.of("node", "plugins", MERCURY_ID);

  private ImportSections() {}

  /**
   * A section, ready to be stored.
   *
   * @param hash equal for equal contents, whatever the order of their keys
   */
  record Prepared(JsonNode content, byte[] hash) {}

  /** The sections of a document; the node's id in it is left out. */
  static Map<String, Prepared> of(ObjectNode document) {
    Map<String, Prepared> sections = new LinkedHashMap<>();
    document.forEachEntry(
        (name, content) -> {
          if (!name.equals(MERCURY_ID)) {
            sections.put(checkedName(name), prepared(name, content));
          }
        });
    if (sections.size() > MOST) {
      throw Problem.invalid("", "a node has at most " + MOST + " sections");
    }
    return sections;
  }

  static Prepared prepared(String name, JsonNode content) {
    Storable.check(name, content);
    try {
      return new Prepared(
          content, MessageDigest.getInstance("SHA-256").digest(Json.bytes(canonical(content))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Keys sorted, numbers by value: PostgreSQL sorts keys, too, and writes 1e2 as 100. */
  private static JsonNode canonical(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        object.forEachEntry(sorted::put);
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        sorted.forEach((key, below) -> written.set(key, canonical(below)));
        yield written;
      }
      case ArrayNode array -> {
        ArrayNode written = JsonNodeFactory.instance.arrayNode(array.size());
        array.forEach(element -> written.add(canonical(element)));
        yield written;
      }
      default ->
          value.isNumber()
              ? JsonNodeFactory.instance.numberNode(value.decimalValue().stripTrailingZeros())
              : value;
    };
  }

  /** The name of a section that may be written. */
  static String checkedName(String name) {
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || name.startsWith("$")
        || name.indexOf('.') >= 0
        || !FieldPath.writable(name)
        || name.chars().anyMatch(Character::isISOControl)) {
      throw Problem.invalid(
          Storable.shown(name),
          "is no section's name: 1 to "
              + LONGEST_NAME
              + " characters without dots and control characters, not beginning with $");
    }
    if (TAKEN.contains(name)) {
      throw Problem.invalid(
          name, "is not a section: queries find " + name + " beside the document");
    }
    return name;
  }
}
