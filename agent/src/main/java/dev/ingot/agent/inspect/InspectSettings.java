package dev.ingot.agent.inspect;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to inspect.
 *
 * @param folder the agent's data folder, which keeps the install id
 * @param deadline how long an inspector may take
 * @param uuidCase in which case the system UUID is hashed
 * @param keepInstallId makes an install id also where something better identifies the machine; else
 *     only where nothing does
 */
public record InspectSettings(
    Path folder, Duration deadline, UuidCase uuidCase, boolean keepInstallId) {
  /** Long enough for a slow disk to spin up, short enough to wait for. */
  public static final Duration DEADLINE = Duration.ofSeconds(30);

  /** For an agent. */
  public InspectSettings(Path folder, Duration deadline, UuidCase uuidCase) {
    this(folder, deadline, uuidCase, true);
  }

  /** For printing: writes nothing that is not needed. */
  public InspectSettings(Path folder) {
    this(folder, DEADLINE, UuidCase.UPPER, false);
  }

  /** The same, as it was configured. */
  public static InspectSettings toPrint(Path folder, Duration deadline, UuidCase uuidCase) {
    return new InspectSettings(folder, deadline, uuidCase, false);
  }
}
