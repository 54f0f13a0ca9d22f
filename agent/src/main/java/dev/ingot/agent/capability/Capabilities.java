package dev.ingot.agent.capability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What an agent can do. A new capability is a class and a line here: docs/adding-a-capability.md.
 */
public final class Capabilities {
  private static final Path CPUFREQ = Path.of("/sys/devices/system/cpu/cpufreq");

  private Capabilities() {}

  /**
   * All of them.
   *
   * @param folder the agent's own: its key is in it, and scripts while they run
   */
  public static List<Capability> all(Path folder, InspectorCapability inspector) {
    Restart restart = new Restart(Duration.ofSeconds(1));
    return List.of(
        new EchoCapability(),
        new RunCapability(folder.resolve("scripts")),
        inspector,
        new RebootCapability(restart),
        new KexecCapability(restart, folder),
        new UploadCapability(),
        new DownloadCapability(),
        StressCapability.make(),
        new DiskBenchmarkCapability(),
        new CpuFrequencyCapability(CPUFREQ),
        new BootOrderCapability(),
        IpmitoolCapability.make());
  }
}
