package dev.ingot.agent.inspect;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to inspect.
 *
 * @param folder the agent's data folder, which keeps the install id
 * @param deadline how long an inspector may take that asks the kernel
 * @param slowDeadline how long one that asks devices may
 * @param uuidCase in which case the system UUID is hashed
 * @param keepInstallId makes an install id also where something better identifies the machine; else
 *     only where nothing does
 */
public record InspectSettings(
    Path folder,
    Duration deadline,
    Duration slowDeadline,
    UuidCase uuidCase,
    boolean keepInstallId) {
  /** Long enough for a slow disk to spin up, short enough to wait for; for each tool too. */
  public static final Duration DEADLINE = Duration.ofSeconds(30);

  /** Enough for a hundred disks behind a controller, or for a BMC with many sensors. */
  public static final Duration SLOW_DEADLINE = Duration.ofMinutes(5);

  /** For an agent. */
  public InspectSettings(Path folder, Duration deadline, Duration slowDeadline, UuidCase uuidCase) {
    this(folder, deadline, slowDeadline, uuidCase, true);
  }

  /** For printing: writes nothing that is not needed. */
  public InspectSettings(Path folder) {
    this(folder, DEADLINE, SLOW_DEADLINE, UuidCase.UPPER, false);
  }

  /** The same, as it was configured. */
  public static InspectSettings toPrint(
      Path folder, Duration deadline, Duration slowDeadline, UuidCase uuidCase) {
    return new InspectSettings(folder, deadline, slowDeadline, uuidCase, false);
  }

  Duration deadline(Inspector inspector) {
    return inspector.isSlow() ? slowDeadline : deadline;
  }
}
