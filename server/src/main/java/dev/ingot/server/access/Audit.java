package dev.ingot.server.access;

import java.util.Collection;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The record of every write: who, when, what, before and after. */
public interface Audit {
  /**
   * Writes one row with the caller's transaction.
   *
   * @param action noun and verb, e.g. {@code node.tag}
   * @param target what was written, e.g. {@code node:01ab…}
   */
  void record(
      Handle handle,
      Principal who,
      String action,
      String target,
      @Nullable JsonNode before,
      @Nullable JsonNode after);

  /** One write; see {@link Audit#record}. */
  record Write(
      Principal who,
      String action,
      String target,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {}

  /** Writes one row for each with the caller's transaction. */
  default void recordAll(Handle handle, Collection<Write> writes) {
    writes.forEach(
        write -> record(handle, write.who, write.action, write.target, write.before, write.after));
  }

  /** What one action did to one of several targets. */
  record Change(String target, @Nullable JsonNode before, @Nullable JsonNode after) {}

  /** Writes a row for each target with the caller's transaction. */
  default void recordAll(Handle handle, Principal who, String action, Collection<Change> changes) {
    recordAll(
        handle,
        changes.stream()
            .map(each -> new Write(who, action, each.target, each.before, each.after))
            .toList());
  }
}
