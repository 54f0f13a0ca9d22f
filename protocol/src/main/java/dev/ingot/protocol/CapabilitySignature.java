package dev.ingot.protocol;

import dev.ingot.core.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent publishes of one capability: all that a server needs to offer it, to check
 * arguments before anything is sent, and to tell people what it does.
 *
 * @param name what it is called by, e.g. {@code run}
 * @param description one sentence
 * @param doc everything else that people should know, Markdown
 * @param parameters JSON Schema (2020-12) of the arguments, which are one object
 * @param result JSON Schema of the result, null when there is none beyond exit status and output
 * @param lock capabilities with the same word here run one at a time on a node; null: side by side
 * @param timeoutSeconds how long a call may run when its caller does not say
 * @param destructive whether it may destroy what cannot be made again
 * @param protectedSensitive whether a protected machine is left out unless it is named
 * @param reboots it succeeds when the node says hello from another boot
 * @param unavailable why the node cannot do it now, e.g. {@code stress-ng is not installed}
 */
public record CapabilitySignature(
    String name,
    String description,
    String doc,
    JsonNode parameters,
    @Nullable JsonNode result,
    @Nullable String lock,
    int timeoutSeconds,
    boolean destructive,
    boolean protectedSensitive,
    boolean reboots,
    @Nullable String unavailable) {

  /** The most that one agent publishes. */
  public static final int MOST = 256;

  /** The longest timeout that a capability or a call may have, seconds: a week. */
  public static final int LONGEST_TIMEOUT = 7 * 86_400;

  /** As it stands in a message and in the REST API. */
  public ObjectNode toJson() {
    ObjectNode object = Json.MAPPER.createObjectNode();
    object.put("name", name).put("description", description);
    if (!doc.isEmpty()) {
      object.put("doc", doc);
    }
    object.set("parameters", parameters);
    if (result != null) {
      object.set("result", result);
    }
    if (lock != null) {
      object.put("lock", lock);
    }
    object.put("timeout", timeoutSeconds);
    if (destructive) {
      object.put("destructive", true);
    }
    if (protectedSensitive) {
      object.put("protectedSensitive", true);
    }
    if (reboots) {
      object.put("reboots", true);
    }
    if (unavailable != null) {
      object.put("unavailable", unavailable);
    }
    return object;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws ProtocolException naming the field, if it is no signature
   */
  public static CapabilitySignature of(JsonNode json) {
    return read(Fields.of(json, "capability"));
  }

  static CapabilitySignature read(Fields fields) {
    JsonNode result = fields.value("result");
    return new CapabilitySignature(
        fields.word("name"),
        fields.text("description", 1024),
        fields.value("doc") == null ? "" : fields.text("doc", 32_768),
        fields.object("parameters"),
        result == null ? null : fields.object("result"),
        fields.value("lock") == null ? null : fields.word("lock"),
        fields.small("timeout", 1, LONGEST_TIMEOUT),
        fields.flag("destructive", false),
        fields.flag("protectedSensitive", false),
        fields.flag("reboots", false),
        fields.textOrNull("unavailable", 1024));
  }

  /** One digest over a whole list, as a hello carries it; 16 hex digits. */
  public static String digest(List<CapabilitySignature> list) {
    return Digests.of(Json.write(list.stream().map(CapabilitySignature::toJson).toList()));
  }
}
