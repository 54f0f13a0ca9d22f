package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.inventory.InventoryWriter.Report;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A report made ready to be stored, outside the transaction. */
record ArrivedSection(
    String nodeId, long epoch, String incarnation, Report report, Section section) {
  private static final int LONGEST_FAILURE = 1000;

  static ArrivedSection of(NodeReports reports, Report report) {
    Section section = report.section();
    JsonNode content = section.content();
    String failure = section.failure();
    Section storable =
        new Section(
            Storable.of(section.name()),
            content == null ? null : Storable.of(content),
            failure == null ? null : Storable.of(shortened(failure)),
            section.classes());
    return new ArrivedSection(
        reports.nodeId(), reports.epoch(), reports.incarnation(), report, storable);
  }

  private static String shortened(String failure) {
    return failure.length() <= LONGEST_FAILURE
        ? failure
        : failure.substring(0, LONGEST_FAILURE) + "…";
  }

  /** As the agent computes it: over what it sent, not over what can be stored of it. */
  byte[] digest() {
    return HexFormat.of().parseHex(report.section().digest());
  }

  byte @Nullable [] contentHash() {
    JsonNode content = section.content();
    if (content == null) {
      return null;
    }
    try {
      return MessageDigest.getInstance("SHA-256").digest(Json.bytes(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
