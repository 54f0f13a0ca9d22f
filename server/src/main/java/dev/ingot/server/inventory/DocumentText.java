package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a document; sections that were written as JSON before are not written again. */
final class DocumentText {
  private final Map<JsonNode, byte[]> written = new IdentityHashMap<>();

  void remember(@Nullable JsonNode section, byte @Nullable [] json) {
    if (section != null && json != null) {
      written.put(section, json);
    }
  }

  String of(ObjectNode document) {
    return of(document, document.propertyNames());
  }

  /** Of the sections with these names those that there are. */
  String of(ObjectNode document, Collection<String> names) {
    StringBuilder text = new StringBuilder("{");
    for (String name : names) {
      JsonNode section = document.get(name);
      if (section != null) {
        byte[] json = written.get(section);
        text.append(text.length() == 1 ? "" : ",").append(Json.write(name)).append(':');
        text.append(json == null ? Json.write(section) : new String(json, StandardCharsets.UTF_8));
      }
    }
    return text.append('}').toString();
  }
}
