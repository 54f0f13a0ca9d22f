package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
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
    StringBuilder text = new StringBuilder("{");
    document.forEachEntry(
        (name, section) -> {
          byte[] json = written.get(section);
          text.append(text.length() == 1 ? "" : ",").append(Json.write(name)).append(':');
          text.append(
              json == null ? Json.write(section) : new String(json, StandardCharsets.UTF_8));
        });
    return text.append('}').toString();
  }
}
