package dev.ingot.agent.inspect;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a PCI function and its makers are called, by {@code lspci}'s list of ids. */
record PciNames(
    @Nullable String className,
    @Nullable String vendor,
    @Nullable String device,
    @Nullable String subsystemVendor,
    @Nullable String subsystemDevice) {

  /** Names by slot, {@code 0000:00:03.0}. */
  static Map<String, PciNames> ask(Machine machine) throws ToolUnavailable {
    return parse(machine.tools().run("lspci", "-D", "-vmm"));
  }

  /** Reads {@code lspci -vmm} or {@code -vmmnn}: blocks of {@code Tag:<tab>value}. */
  static Map<String, PciNames> parse(String text) {
    Map<String, PciNames> names = new HashMap<>();
    Map<String, String> block = new HashMap<>();
    for (String line : (text + "\n\n").split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        block.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
        continue;
      }
      String slot = block.get("Slot");
      if (slot != null) {
        names.put(
            slot.indexOf(':') == slot.lastIndexOf(':') ? "0000:" + slot : slot,
            new PciNames(
                name(block, "Class"),
                name(block, "Vendor"),
                name(block, "Device"),
                name(block, "SVendor"),
                name(block, "SDevice")));
      }
      block.clear();
    }
    return names;
  }

  /** A value without the {@code [8086]} that -nn adds; null where lspci knows no name. */
  private static @Nullable String name(Map<String, String> block, String tag) {
    String value = block.getOrDefault(tag, "").replaceFirst(" ?\\[[0-9a-f]{4}]$", "");
    boolean unnamed =
        value.matches("|[0-9a-f]{4}|(Device|Vendor|Class|Unknown.*)( .?[0-9a-f]{4}.?)?");
    return unnamed ? null : value;
  }
}
