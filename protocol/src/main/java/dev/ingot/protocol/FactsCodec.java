package dev.ingot.protocol;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Facts of identity as they go over the link: what is not known is left out, and so is a permanent
 * address that is the current one ({@code "="}). Ten thousand agents say this after each restart of
 * a server.
 */
final class FactsCodec {
  /** More ports than any board has; software ports do not identify and are not sent. */
  static final int MAX_PORTS = 512;

  private static final int MAX_TEXT = 256;
  private static final int MAX_UNREADABLE = 16;
  private static final String SAME = "=";

  private FactsCodec() {}

  static ObjectNode encode(IdentityFacts facts) {
    ObjectNode object = Json.MAPPER.createObjectNode();
    put(object, "uuid", facts.productUuid());
    put(object, "serial", facts.productSerial());
    put(object, "chassisTag", facts.chassisAssetTag());
    put(object, "chassisSerial", facts.chassisSerial());
    put(object, "boardTag", facts.boardAssetTag());
    put(object, "boardSerial", facts.boardSerial());
    put(object, "installId", facts.installId());
    if (!facts.unreadable().isEmpty()) {
      ArrayNode unreadable = object.putArray("unreadable");
      facts.unreadable().forEach(unreadable::add);
    }
    ArrayNode ports = object.putArray("ports");
    for (IdentityFacts.Port port : facts.ports()) {
      ObjectNode each = ports.addObject();
      each.put("name", port.name());
      each.put("mac", port.address());
      put(
          each,
          "made",
          port.address().equals(port.permanentAddress()) ? SAME : port.permanentAddress());
      if (port.embedded()) {
        each.put("embedded", true);
      }
      if (!port.physical()) {
        each.put("physical", false);
      }
    }
    return object;
  }

  static IdentityFacts decode(Fields fields) {
    List<IdentityFacts.Port> ports = fields.list("ports", MAX_PORTS, FactsCodec::port);
    return new IdentityFacts(
        fields.textOrNull("uuid", MAX_TEXT),
        fields.textOrNull("serial", MAX_TEXT),
        fields.textOrNull("chassisTag", MAX_TEXT),
        fields.textOrNull("chassisSerial", MAX_TEXT),
        fields.textOrNull("boardTag", MAX_TEXT),
        fields.textOrNull("boardSerial", MAX_TEXT),
        ports,
        fields.textOrNull("installId", MAX_TEXT),
        fields.value("unreadable") == null
            ? List.of()
            : fields.texts("unreadable", MAX_UNREADABLE, MAX_TEXT));
  }

  private static IdentityFacts.Port port(Fields fields) {
    String address = fields.text("mac", 64);
    String made = fields.textOrNull("made", 64);
    return new IdentityFacts.Port(
        fields.text("name", 64),
        address,
        SAME.equals(made) ? address : made,
        fields.flag("embedded", false),
        fields.flag("physical", true));
  }

  private static void put(ObjectNode object, String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }
}
