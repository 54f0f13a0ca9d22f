package dev.ingot.server.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one section of one source, beside its content in the document.
 *
 * @param digest of the last report
 * @param contentHash of the content that is kept; null while there is none
 * @param confirmed whether the last report brought or confirmed the content
 * @param failure why the last report has no content, or what is missing in it
 */
record SectionState(
    String name,
    byte[] digest,
    byte @Nullable [] contentHash,
    String incarnation,
    long sequence,
    long epoch,
    boolean confirmed,
    @Nullable Instant nodeTime,
    @Nullable String failure) {

  /** Whether a report was already counted, or is older than what is kept. */
  boolean hasSeen(String reportIncarnation, long reportSequence, long reportEpoch) {
    return reportEpoch < epoch
        || (reportIncarnation.equals(incarnation) && reportSequence <= sequence);
  }
}
