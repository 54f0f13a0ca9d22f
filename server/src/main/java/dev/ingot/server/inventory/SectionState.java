package dev.ingot.server.inventory;

import java.time.Instant;
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
}
