package dev.ingot.agent.watch;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The kernel's events of devices: {@code add@/devices/…} and pairs, each ended by a NUL. */
final class DeviceEvents {
  /** What comes and goes with a device of a subsystem. */
  private static final Map<String, Set<String>> COMING =
      Map.ofEntries(
          Map.entry("block", Set.of("os_storage", "volumes", "zfs", "smart", "firmware")),
          Map.entry("nvme", Set.of("os_storage", "smart", "firmware")),
          Map.entry("net", Set.of("interfaces", "lldp", "firmware")),
          Map.entry("infiniband", Set.of("interfaces")),
          Map.entry("pci", Set.of("pci", "gpu", "raid", "interfaces", "firmware")),
          Map.entry("usb", Set.of("usb")),
          Map.entry("cpu", Set.of("cpu")),
          Map.entry("memory", Set.of("mem")),
          Map.entry("nd", Set.of("mem")),
          Map.entry("tpm", Set.of("tpm")),
          Map.entry("ipmi", Set.of("bmc", "firmware")));

  private DeviceEvents() {}

  static Set<String> sections(KernelSocket.Received received) {
    if (received.lost()) {
      return COMING.values().stream().collect(java.util.HashSet::new, Set::addAll, Set::addAll);
    }
    return sections(new String(received.bytes(), StandardCharsets.UTF_8));
  }

  static Set<String> sections(String event) {
    Map<String, String> said = new HashMap<>();
    for (String pair : event.split("\0", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        said.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    String subsystem = said.getOrDefault("SUBSYSTEM", "");
    if (said.getOrDefault("DEVPATH", "").contains("/virtual/block/")
        || said.getOrDefault("DEVPATH", "").contains("/virtual/bdi/")) {
      // Loop and RAM disks are no hardware; md, LVM and multipath are volumes.
      boolean volume = said.getOrDefault("DEVNAME", "").matches("(/dev/)?(md|dm-).*");
      return volume ? Set.of("volumes") : Set.of();
    }
    return switch (said.getOrDefault("ACTION", "")) {
      case "add", "remove", "move", "online", "offline" -> COMING.getOrDefault(subsystem, Set.of());
      case "bind", "unbind" ->
          subsystem.equals("pci") || subsystem.equals("usb")
              ? COMING.getOrDefault(subsystem, Set.of())
              : Set.of();
      // A disk that somebody closed after writing; asking its health would be one more of them.
      case "change" -> subsystem.equals("block") ? Set.of("os_storage", "volumes") : Set.of();
      default -> Set.of();
    };
  }
}
