package dev.ingot.agent.inspect;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to inspect.
 *
 * @param folder the agent's data folder, which keeps the install id
 * @param deadline how long an inspector may take
 * @param uuidCase in which case the system UUID is hashed
 */
public record InspectSettings(Path folder, Duration deadline, UuidCase uuidCase) {
  /** Long enough for a slow disk to spin up, short enough to wait for. */
  public static final Duration DEADLINE = Duration.ofSeconds(30);

  public InspectSettings(Path folder) {
    this(folder, DEADLINE, UuidCase.UPPER);
  }
}
