package dev.ingot.server.mercury;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Which boot of its machine an agent runs in. Few say when that was; of the others it is not known,
 * and an agent that comes again is taken for one that was started again.
 */
final class Boot {
  /** It is counted back from now each time, and does not come to the same second. */
  private static final Duration NEAR = Duration.ofSeconds(10);

  private static final String PREFIX = "mercury-";
  private static final String UNKNOWN = PREFIX + "unknown";

  private Boot() {}

  /**
   * The name of the boot.
   *
   * @param former of the agent before, be it of Mercury or not; null for none
   * @param booted null if it is not known
   */
  static String name(@Nullable String former, @Nullable LocalDateTime booted) {
    LocalDateTime before = time(former);
    if (booted == null) {
      return former != null && former.startsWith(PREFIX) ? former : UNKNOWN;
    }
    boolean same = before != null && Duration.between(before, booted).abs().compareTo(NEAR) < 0;
    return PREFIX + (same ? before : booted);
  }

  /** Whether the second is known to be another one than the first. */
  static boolean isAnother(@Nullable String former, String name) {
    return time(former) != null && !name.equals(former);
  }

  private static @Nullable LocalDateTime time(@Nullable String name) {
    if (name == null || !name.startsWith(PREFIX)) {
      return null;
    }
    try {
      return LocalDateTime.parse(name.substring(PREFIX.length()));
    } catch (DateTimeException other) {
      return null;
    }
  }
}
