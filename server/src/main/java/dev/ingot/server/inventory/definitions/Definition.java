package dev.ingot.server.inventory.definitions;

import dev.ingot.configuration.Nearest;
import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the fields that all kinds of definitions have. */
public final class Definition {
  private static final int LARGEST = 64 << 10;
  private static final int LONGEST_DESCRIPTION = 1000;

  private Definition() {}

  /**
   * An object with no fields but the known ones.
   *
   * @param field where it stands, empty for the whole
   */
  public static ObjectNode object(JsonNode json, String field, Collection<String> known) {
    if (!(json instanceof ObjectNode object)) {
      throw field.isEmpty()
          ? Problem.malformed(null, "a definition is an object of " + listed(known))
          : Problem.invalid(field, "must be an object of " + listed(known));
    }
    for (String key : object.propertyNames()) {
      if (!known.contains(key)) {
        String nearest = key.length() > 64 ? null : Nearest.of(key, known);
        throw Problem.invalid(
            below(field, key.length() > 64 ? key.substring(0, 64) + "…" : key),
            "unknown field; "
                + (nearest == null ? "known: " + listed(known) : "did you mean " + nearest + "?"));
      }
    }
    return object;
  }

  /** Refuses what is too large to be a definition. */
  public static void bound(JsonNode definition) {
    int bytes = Json.bytes(definition).length;
    if (bytes > LARGEST) {
      throw Problem.tooLarge(
          "a definition has at most %d kB, this one %d".formatted(LARGEST >> 10, bytes >> 10));
    }
  }

  /** A text, null when it is left out. */
  public static @Nullable String text(ObjectNode object, String name, String field) {
    JsonNode value = object.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isString() || value.stringValue().length() > LONGEST_DESCRIPTION) {
      throw Problem.invalid(
          below(field, name), "must be a text of at most " + LONGEST_DESCRIPTION + " characters");
    }
    return value.stringValue();
  }

  /** The name that it says or, where it says none, the one that it was given. */
  public static String name(ObjectNode definition, String given) {
    JsonNode said = definition.get("name");
    if (said != null && !(said.isString() && said.stringValue().equals(given))) {
      throw Problem.invalid("name", "must be " + given + ", or left out");
    }
    return given;
  }

  /** An entity tag of what it says: equal definitions have equal tags. */
  public static String etag(JsonNode definition) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(Json.write(definition).getBytes(StandardCharsets.UTF_8));
      return '"' + HexFormat.of().formatHex(digest, 0, 8) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A field below another. */
  public static String below(String field, String key) {
    return field.isEmpty() ? key : field + "." + key;
  }

  private static String listed(Collection<String> known) {
    return String.join(", ", new TreeSet<>(known));
  }
}
