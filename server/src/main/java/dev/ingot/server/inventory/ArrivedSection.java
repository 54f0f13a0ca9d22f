package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.inventory.InventoryWriter.Report;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A report made ready to be stored, outside the transaction.
 *
 * @param json the content, as it is stored
 */
@SuppressWarnings("ArrayRecordComponent")
record ArrivedSection(
    String nodeId,
    Source source,
    long epoch,
    String incarnation,
    Report report,
    Section section,
    byte @Nullable [] json) {
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
        reports.nodeId(),
        reports.source(),
        reports.epoch(),
        reports.incarnation(),
        report,
        storable,
        storable.content() == null ? null : Json.bytes(storable.content()));
  }

  private static String shortened(String failure) {
    return failure.length() <= LONGEST_FAILURE
        ? failure
        : failure.substring(0, LONGEST_FAILURE) + "…";
  }

  /** As the agent computes it: over what it sent, not over what can be stored of it. */
  byte[] digest() {
    String told = report.digest();
    return HexFormat.of().parseHex(told == null ? report.section().digest() : told);
  }

  /**
   * Tells versions of one section apart, counters and readings included: two CRCs of different
   * polynomials, 64 bits. It is no protection and need not be: who wants to deceive it deceives
   * about nothing but its own counters.
   */
  byte @Nullable [] contentHash() {
    if (json == null) {
      return null;
    }
    CRC32 first = new CRC32();
    first.update(json);
    CRC32C second = new CRC32C();
    second.update(json);
    return ByteBuffer.allocate(Long.BYTES)
        .putInt((int) first.getValue())
        .putInt((int) second.getValue())
        .array();
  }
}
