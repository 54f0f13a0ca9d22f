package dev.ingot.server.workflow.machine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What came of beginning a step, of looking at one that waits, or of what it did. */
public sealed interface Progress {
  /** It is done. */
  record Succeeded(JsonNode result) implements Progress {}

  /** This attempt failed. */
  record Failed(String reason, @Nullable JsonNode result) implements Progress {}

  /** There was nothing to do. */
  record Skipped(String reason) implements Progress {}

  /**
   * It may not begin yet.
   *
   * @param by what it waits for, for people
   * @param key what wakes it
   */
  record Held(String by, String key) implements Progress {
    private static final String BUSY = "another that asks for the same now";
    private static final Duration LOOK = Duration.ofSeconds(30);

    /** Somebody else is just deciding: nobody may have it in a moment, and nothing wakes then. */
    public static Held busy(String key) {
      return new Held(BUSY, key);
    }

    /** How long until it is tried again by itself. */
    Duration look() {
      return by.equals(BUSY) ? Duration.ofMillis(500) : LOOK;
    }
  }

  /**
   * It waits.
   *
   * @param on what for, for people
   * @param key what wakes it, null for nothing but time
   * @param look how long until it is looked at by itself
   * @param memory what it needs to know when it is looked at
   */
  record Waiting(String on, @Nullable String key, Duration look, @Nullable JsonNode memory)
      implements Progress {}

  /**
   * It will act once this is committed.
   *
   * @param on what it does, for people
   */
  record Acting(String on, @Nullable JsonNode memory) implements Progress {}
}
