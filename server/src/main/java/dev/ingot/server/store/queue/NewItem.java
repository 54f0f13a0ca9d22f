package dev.ingot.server.store.queue;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * Work to be done.
 *
 * @param key the same key is the same work for as long as it is not finished
 * @param group groups take turns, so that one with much work does not hold up the others
 * @param delay how long it waits at least
 * @param payload what to do, for the handler
 */
public record NewItem(
    String key, String group, Priority priority, Duration delay, JsonNode payload) {

  /** Work to be done at once. */
  public static NewItem now(String key, String group, Priority priority, JsonNode payload) {
    return new NewItem(key, group, priority, Duration.ZERO, payload);
  }

  /** What comes first. */
  public enum Priority {
    /** Somebody waits for it. */
    INTERACTIVE,
    /** Comes after interactive work, and equal to it once it has waited half a minute. */
    BULK
  }
}
