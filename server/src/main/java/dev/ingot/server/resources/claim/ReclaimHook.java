package dev.ingot.server.resources.claim;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What runs before a released resource is free again, e.g. an erasure: filled by the feature that
 * runs it. Until {@link Claims#reclaimed} is called nobody else gets the resource.
 */
public interface ReclaimHook {
  /** Whether it knows what a kind's {@code release.reclaim} says. */
  boolean knows(String reclaim);

  /** Begins with the caller's transaction: it will run if and only if that commits. */
  void begin(Handle handle, Reclaiming what);

  /**
   * One resource to be reclaimed.
   *
   * @param reclaim as the kind says it
   * @param resource its id
   * @param node of a machine that is linked to one
   */
  record Reclaiming(
      String reclaim,
      String kind,
      String resource,
      String key,
      @Nullable String node,
      String claim) {}
}
