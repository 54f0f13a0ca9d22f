package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;

/**
 * How the inspectors of this version class the fields of their sections, for imports into a server
 * that no agent has told yet. The resource is written from the inspectors; a test of theirs holds
 * it against them.
 */
final class ShippedClasses {
  private static final Map<String, FieldClasses> BY_SECTION = read();

  private ShippedClasses() {}

  private static Map<String, FieldClasses> read() {
    try (InputStream in = ShippedClasses.class.getResourceAsStream("inspector-classes.json")) {
      if (in == null) {
        throw new IllegalStateException("inspector-classes.json is not in this jar");
      }
      Map<String, FieldClasses> classes = new TreeMap<>();
      Json.MAPPER
          .readValue(in, new TypeReference<Map<String, Map<String, FieldClass>>>() {})
          .forEach((section, fields) -> classes.put(section, new FieldClasses(fields)));
      return Map.copyOf(classes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of a section; where no inspector has it all is configuration. */
  static FieldClasses of(String section) {
    return BY_SECTION.getOrDefault(section, FieldClasses.ALL_CONFIG);
  }
}
