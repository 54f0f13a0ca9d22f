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
   * @param scripts a folder of the agent's own, for scripts while they run
   */
  public static List<Capability> all(Path scripts, InspectorCapability inspector) {
    Restart restart = new Restart(Duration.ofSeconds(1));
    return List.of(
        new EchoCapability(),
        new RunCapability(scripts),
        inspector,
        new RebootCapability(restart),
        new KexecCapability(restart),
        new UploadCapability(),
        new DownloadCapability(),
        StressCapability.make(),
        new DiskBenchmarkCapability(),
        new CpuFrequencyCapability(CPUFREQ),
        new BootOrderCapability(),
        IpmitoolCapability.make());
  }
}
