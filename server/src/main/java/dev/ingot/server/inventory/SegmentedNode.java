package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.http.JsonPieces;
import dev.ingot.server.inventory.query.DocumentText;
import dev.ingot.server.inventory.segment.PathAccess;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Empties what comes from a hidden path, the class too; so is a part that nobody names here. */
  static void summary(ObjectNode node, PathAccess access) {
    if (access.readsEverything() || !(node.get("summary") instanceof ObjectNode summary)) {
      return;
    }
    if (!access.may(List.of("node", "class"))) {
      node.putNull("class");
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
    ObjectNode plugins = JsonNodeFactory.instance.objectNode();
    plugins.set("plugins", node.path("plugins"));
    JsonNode left = access.prune(plugins).path("plugins");
    node.set("plugins", left.isObject() ? left : JsonNodeFactory.instance.objectNode());
    disagreements(node, access);
    return node;
  }

  /** What each source says, as far as it may be read. */
  static ObjectNode sources(ObjectNode view, PathAccess access) {
    if (access.readsEverything()) {
      return view;
    }
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    for (Source source : Source.values()) { // an order in which no hidden section has a part
      if (view.path("sources").get(source.word()) instanceof ObjectNode document) {
        ObjectNode left = access.prune(document);
        if (!left.isEmpty()) {
          shown.set(source.word(), left);
        }
      }
    }
    view.set("sources", shown);
    if (view.get("served") instanceof ObjectNode served) {
      served.remove(
          List.copyOf(served.propertyNames()).stream()
              .filter(section -> !access.may(List.of(section)))
              .toList());
    }
    disagreements(view, access);
    return view;
  }

  private static void disagreements(ObjectNode view, PathAccess access) {
    if (view.get("disagreements") instanceof ArrayNode places) {
      ArrayNode shown = JsonNodeFactory.instance.arrayNode();
      for (JsonNode place : places) {
        if (access.may(List.of(place.path("path").asString("").split("\\.", -1)))) {
          shown.add(place);
        }
      }
      view.set("disagreements", shown);
    }
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

  /** The tag of the document as somebody reads it; empty if there is nothing to read. */
  static Optional<String> etag(
      ObjectNode document, long revision, String nodeId, PathAccess access) {
    if (access.readsEverything()) {
      return Optional.of("\"" + revision + "\"");
    }
    if (access.prune(document).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        document(new NodeDetail.Document(nodeId, Json.bytes(document), revision), access).etag());
  }

  /**
   * The document as somebody reads it; its tag changes with what is shown, and with nothing else.
   */
  static NodeDetail.Shown document(NodeDetail.Document document, PathAccess access) {
    if (access.readsEverything()) {
      JsonPieces whole = new JsonPieces();
      DocumentText.add(whole, document.nodeId(), document.text());
      return new NodeDetail.Shown(whole, "\"" + document.revision() + "\"");
    }
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("mercury_id", document.nodeId());
    shown.setAll(access.prune((ObjectNode) Json.read(document.text())));
    if (shown.size() == 1) {
      // nobody learns whether there is one that is hidden
      throw NodeDetail.noDocument(document.nodeId());
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.bytes(shown));
      return new NodeDetail.Shown(
          new JsonPieces().addValue(shown), "\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
