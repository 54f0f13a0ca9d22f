package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.server.http.JsonPieces;
import dev.ingot.server.inventory.query.PluginAttribute;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.problem.Problem;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One node in full, its document apart. */
final class NodeDetail {
  private NodeDetail() {}

  /**
   * What is known of a section.
   *
   * @param served whether the document shows what this source says
   * @param differs whether it says something else than the document
   * @param collected when a report last brought or confirmed the content, null if none ever did
   * @param nodeTime of the last report, by the node's own clock
   * @param failure why the last report has no content, or what is missing in it
   */
  private record SectionDetail(
      String name,
      String source,
      boolean served,
      boolean differs,
      @Nullable Instant collected,
      Instant reported,
      @Nullable Instant nodeTime,
      @Nullable String failure,
      @Nullable Instant failedSince) {}

  static ObjectNode of(Handle handle, NodeRecord node) {
    ObjectNode detail =
        handle
            .createQuery(
                NodeList.COLUMNS
                    + " FROM node_attributes v LEFT JOIN inventory i ON i.node = v.id"
                    + " WHERE v.id = :id")
            .bind("id", node.id())
            .map(
                (row, context) -> {
                  ObjectNode item = NodeList.ITEM.map(row, context);
                  long revision = row.getLong("revision");
                  if (revision > 0) {
                    item.putObject("inventory")
                        .put("revision", revision)
                        .putPOJO(
                            "changed", instant(row.getObject("changed", OffsetDateTime.class)));
                  }
                  return item;
                })
            .one();
    MercuryId id = MercuryId.parse(node.id());
    detail
        .putObject("identity")
        .put("rule", id.rule().code())
        .put("source", id.rule().source())
        .put("reason", node.idReason());
    ArrayNode sections = detail.putArray("sections");
    handle
        .createQuery(
            "SELECT name, source, content_hash, aside, differs, collected, reported, node_time,"
                + " failure, failed_since FROM inventory_section WHERE node = :id"
                + " ORDER BY name, source")
        .bind("id", node.id())
        .map(
            (row, _) ->
                new SectionDetail(
                    row.getString("name"),
                    row.getString("source"),
                    row.getBytes("content_hash") != null && !row.getBoolean("aside"),
                    row.getBoolean("differs"),
                    instant(row.getObject("collected", OffsetDateTime.class)),
                    row.getObject("reported", OffsetDateTime.class).toInstant(),
                    instant(row.getObject("node_time", OffsetDateTime.class)),
                    row.getString("failure"),
                    instant(row.getObject("failed_since", OffsetDateTime.class))))
        .forEach(section -> sections.add(Json.MAPPER.<ObjectNode>valueToTree(section)));
    detail.set("plugins", plugins(handle, node.id()));
    detail.set("disagreements", SourcesView.disagreements(handle, node.id()));
    return detail;
  }

  private static JsonNode plugins(Handle handle, String node) {
    return handle
        .createQuery("SELECT " + PluginAttribute.all() + "::text FROM node v WHERE v.id = :id")
        .bind("id", node)
        .map((row, _) -> row.getString(1))
        .stream()
        .map(text -> text == null ? Json.MAPPER.createObjectNode() : Json.read(text))
        .findFirst()
        .orElseThrow();
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  /**
   * A document as it is stored.
   *
   * @param text of the object, in UTF-8
   */
  record Document(String nodeId, byte[] text, long revision) {}

  /** A document as somebody may read it, and its tag. */
  record Shown(JsonPieces json, String etag) {}

  static Optional<Document> findDocument(Handle handle, String nodeId) {
    return handle
        .createQuery("SELECT doc::text, revision FROM inventory WHERE node = :id")
        .bind("id", nodeId)
        .map((row, _) -> new Document(nodeId, row.getBytes(1), row.getLong(2)))
        .findOne();
  }

  static Document document(Handle handle, String nodeId) {
    return findDocument(handle, nodeId).orElseThrow(() -> noDocument(nodeId));
  }

  static Problem noDocument(String nodeId) {
    return Problem.notFound("node " + nodeId + " has no inventory yet");
  }
}
