package dev.ingot.server.inventory;

import dev.ingot.protocol.Section;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one section of one source, beside its content.
 *
 * @param aside whether the content stands aside, because another source's is served
 * @param differs whether what stands aside says something else than what is served
 * @param digest of the last report
 * @param contentHash of the content that is kept; null while there is none
 * @param confirmed whether the last report brought or confirmed the content
 * @param failure why the last report has no content, or what is missing in it
 * @param classes which fields of the content make no change: {@link KeptClasses}; null for none
 */
record SectionState(
    String name,
    Source source,
    boolean aside,
    boolean differs,
    byte[] digest,
    byte @Nullable [] contentHash,
    String incarnation,
    long sequence,
    long epoch,
    boolean confirmed,
    @Nullable Instant nodeTime,
    @Nullable String failure,
    @Nullable String classes) {

  SectionKey key() {
    return new SectionKey(name, source);
  }

  /** Whether there is content, be it served or aside. */
  boolean hasContent() {
    return contentHash != null;
  }

  /** Whether its content is what the document shows. */
  boolean isServed() {
    return hasContent() && !aside;
  }

  /** Whether a report was already counted, or is older than what is kept. */
  boolean hasSeen(String reportIncarnation, long reportSequence, long reportEpoch) {
    return reportEpoch < epoch
        || (reportIncarnation.equals(incarnation) && reportSequence <= sequence);
  }

  /** Whether the content is another than before. */
  boolean isAnother(@Nullable SectionState before) {
    return confirmed && (before == null || !Arrays.equals(contentHash, before.contentHash));
  }

  /** Of a row that {@link DocumentTables#STATES} answers. */
  static SectionState of(ResultSet row) throws SQLException {
    return new SectionState(
        row.getString("name"),
        Source.of(row.getString("source")),
        row.getBoolean("aside"),
        row.getBoolean("differs"),
        row.getBytes("digest"),
        row.getBytes("content_hash"),
        row.getString("incarnation"),
        row.getLong("sequence"),
        row.getLong("epoch"),
        false,
        null,
        null,
        row.getString("classes"));
  }

  /** After a report; what it does not bring stays as it is known. */
  static SectionState reported(ArrivedSection arrived, @Nullable SectionState known) {
    Section section = arrived.section();
    byte[] hash = arrived.contentHash();
    byte[] before = known == null ? null : known.contentHash;
    boolean another = hash != null && !Arrays.equals(hash, before);
    String classes = known == null ? null : known.classes;
    return new SectionState(
        section.name(),
        arrived.source(),
        known != null && known.aside,
        known != null && known.differs,
        arrived.digest(),
        hash == null ? before : hash,
        arrived.incarnation(),
        arrived.report().sequence(),
        arrived.epoch(),
        hash != null,
        arrived.report().nodeTime(),
        section.failure(),
        another ? KeptClasses.text(section.classes()) : classes);
  }

  /**
   * After somebody said it.
   *
   * @param hash of the content
   */
  static SectionState put(
      Section section, Source source, byte[] hash, @Nullable SectionState known) {
    return new SectionState(
        section.name(),
        source,
        known != null && known.aside,
        known != null && known.differs,
        hash,
        hash,
        "",
        known == null ? 1 : known.sequence + 1,
        0,
        true,
        null,
        null,
        KeptClasses.text(section.classes()));
  }
}
