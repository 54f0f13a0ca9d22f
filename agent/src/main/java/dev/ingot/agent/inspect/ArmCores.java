package dev.ingot.agent.inspect;

import java.util.Map;

/**
 * Names for the MIDR_EL1 implementer and part numbers that arm64 kernels print instead of a model
 * name. Source: the processors' technical reference manuals; the cores that servers have.
 */
final class ArmCores {
  private static final Map<Long, String> IMPLEMENTERS =
      Map.of(
          0x41L, "ARM",
          0x42L, "Broadcom",
          0x43L, "Cavium",
          0x46L, "Fujitsu",
          0x48L, "HiSilicon",
          0x4eL, "NVIDIA",
          0x50L, "APM",
          0x51L, "Qualcomm",
          0x6dL, "Microsoft",
          0xc0L, "Ampere");

  private static final Map<Long, String> PARTS =
      Map.ofEntries(
          Map.entry(0x41_d03L, "Cortex-A53"),
          Map.entry(0x41_d04L, "Cortex-A35"),
          Map.entry(0x41_d05L, "Cortex-A55"),
          Map.entry(0x41_d07L, "Cortex-A57"),
          Map.entry(0x41_d08L, "Cortex-A72"),
          Map.entry(0x41_d09L, "Cortex-A73"),
          Map.entry(0x41_d0aL, "Cortex-A75"),
          Map.entry(0x41_d0bL, "Cortex-A76"),
          Map.entry(0x41_d0cL, "Neoverse-N1"),
          Map.entry(0x41_d40L, "Neoverse-V1"),
          Map.entry(0x41_d49L, "Neoverse-N2"),
          Map.entry(0x41_d4fL, "Neoverse-V2"),
          Map.entry(0x43_0a1L, "ThunderX"),
          Map.entry(0x43_0afL, "ThunderX2"),
          Map.entry(0x46_001L, "A64FX"),
          Map.entry(0x48_d01L, "TaiShan v110"),
          Map.entry(0x48_d02L, "TaiShan v120"),
          Map.entry(0x50_000L, "X-Gene"),
          Map.entry(0x51_c00L, "Falkor"),
          Map.entry(0xc0_ac3L, "Ampere-1"),
          Map.entry(0xc0_ac4L, "Ampere-1a"));

  private ArmCores() {}

  static String name(long implementer, long part) {
    String maker = IMPLEMENTERS.get(implementer);
    String core = PARTS.get(implementer << 12 | part);
    if (maker != null && core != null) {
      return core.startsWith(maker) ? core : maker + " " + core;
    }
    return "%s part 0x%03x"
        .formatted(maker == null ? "implementer 0x%02x".formatted(implementer) : maker, part);
  }
}
