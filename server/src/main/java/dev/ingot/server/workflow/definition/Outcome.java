package dev.ingot.server.workflow.definition;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a step ended. A step that was never reached has no outcome. */
public enum Outcome {
  SUCCEEDED,
  FAILED,
  TIMED_OUT,
  CANCELLED,
  SKIPPED;

  /** The words of conditions and the outcomes that each means. */
  private static final Map<String, Set<Outcome>> WORDS = new LinkedHashMap<>();

  static {
    // A step that was left out on purpose holds up nobody who waits for its success.
    WORDS.put("succeeded", EnumSet.of(SUCCEEDED, SKIPPED));
    WORDS.put("failed", EnumSet.of(FAILED, TIMED_OUT));
    WORDS.put("errored", EnumSet.of(FAILED));
    WORDS.put("timed-out", EnumSet.of(TIMED_OUT));
    WORDS.put("cancelled", EnumSet.of(CANCELLED));
    WORDS.put("skipped", EnumSet.of(SKIPPED));
    WORDS.put("finished", EnumSet.allOf(Outcome.class));
  }

  static Set<String> words() {
    return WORDS.keySet();
  }

  /** The outcomes that a condition's word means, null when it is none. */
  static @Nullable Set<Outcome> meant(String word) {
    return WORDS.get(word);
  }

  public boolean isFailure() {
    return this == FAILED || this == TIMED_OUT;
  }
}
