package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.segment.PathAccess;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is left of a node's answers for somebody who may not read all of its document. */
final class SegmentedNode {
  /** From which path each part of a summary comes. */
  private static final Map<String, List<String>> SUMMARY =
      Map.of(
          "vendor", List.of("dmi", "sys_vendor"),
          "model", List.of("dmi", "product_name"),
          "serial", List.of("dmi", "product_serial"),
          "cpuModel", List.of("cpu", "model_name"),
          "cpuCores", List.of("cpu", "cores"),
          "memoryBytes", List.of("mem", "MemTotal"),
          "diskBytes", List.of("os_storage", "size"));

  private SegmentedNode() {}

  /** Empties what comes from a hidden path; a part that nobody has named here, too. */
  static void summary(ObjectNode node, PathAccess access) {
    if (access.readsEverything() || !(node.get("summary") instanceof ObjectNode summary)) {
      return;
    }
    for (String part : List.copyOf(summary.propertyNames())) {
      List<String> path = SUMMARY.get(part);
      if (path == null || !access.may(path)) {
        summary.putNull(part);
      }
    }
  }

  /**
   * Of a node in full: the summary; no word of when its document changed, which hidden parts change
   * too; of a section of which some is hidden its name alone.
   */
  static ObjectNode detail(ObjectNode node, PathAccess access) {
    if (access.readsEverything()) {
      return node;
    }
    summary(node, access);
    node.remove("inventory");
    if (node.get("sections") instanceof ArrayNode sections) {
      node.set("sections", sections(sections, access));
    }
    return node;
  }

  private static ArrayNode sections(ArrayNode sections, PathAccess access) {
    ArrayNode shown = JsonNodeFactory.instance.arrayNode();
    for (JsonNode section : sections) {
      List<String> path = List.of(section.path("name").asString(""));
      if (access.may(path)) {
        shown.add(section);
      }
    }
    return shown;
  }

  /**
   * The document as somebody reads it; its tag changes with what is shown, and with nothing else.
   */
  static NodeDetail.Shown document(NodeDetail.Document document, String nodeId, PathAccess access) {
    if (access.readsEverything()) {
      return new NodeDetail.Shown(document.json(), "\"" + document.revision() + "\"");
    }
    ObjectNode whole = (ObjectNode) Json.read(document.json());
    whole.remove("mercury_id");
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("mercury_id", nodeId);
    shown.setAll(access.prune(whole));
    if (shown.size() == 1) {
      throw NodeDetail.noDocument(nodeId); // nobody learns whether there is one that is hidden
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.bytes(shown));
      return new NodeDetail.Shown(
          Json.write(shown), "\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
