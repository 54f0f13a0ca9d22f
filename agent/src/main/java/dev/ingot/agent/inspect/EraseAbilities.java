package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which ways a disk has to forget everything, asked by {@code hdparm -I} and {@code nvme id-ctrl}.
 */
final class EraseAbilities {
  private static final Map<String, String> OF_ATA =
      Map.of(
          "supported", "security_supported",
          "enabled", "security_enabled",
          "locked", "security_locked",
          "frozen", "security_frozen",
          "enhanced_erase", "security_enhanced_erase",
          "erase_minutes", "security_erase_minutes",
          "sanitize_crypto", "sanitize_crypto_erase",
          "sanitize_overwrite", "sanitize_overwrite",
          "sanitize_block", "sanitize_block_erase");

  private static final Map<String, String> OF_NVME =
      Map.of(
          "sanitize_crypto_erase_supported", "sanitize_crypto_erase",
          "sanitize_block_erase_supported", "sanitize_block_erase",
          "sanitize_overwrite_supported", "sanitize_overwrite",
          "crypto_erase_supported", "format_crypto_erase",
          "format_supported", "format_supported");

  private EraseAbilities() {}

  /** Adds to what is known of a disk; both questions only read what the disk says of itself. */
  static void add(Machine machine, String path, ObjectNode disk, List<String> missing) {
    String protocol = disk.path("protocol").asString("");
    if (path.startsWith("/dev/nvme")) {
      // The controller's device stands before the namespace: nvme0n1 is of nvme0.
      String controller = path.replaceFirst("^(/dev/nvme\\d+)(c\\d+)?n\\d+$", "$1");
      ask(
          machine,
          "nvme",
          disk,
          missing,
          OF_NVME,
          "controller",
          "id-ctrl",
          controller,
          "-o",
          "json");
    } else if (protocol.equals("ata")) {
      ask(machine, "hdparm", disk, missing, OF_ATA, "security", "-I", path);
    }
  }

  private static void ask(
      Machine machine,
      String program,
      ObjectNode disk,
      List<String> missing,
      Map<String, String> names,
      String part,
      String... arguments) {
    if (!machine.tools().has(program)) {
      String reason = program + " is not installed: ways to erase disks left out";
      if (!missing.contains(reason)) {
        missing.add(reason);
      }
      return;
    }
    try {
      JsonNode said = Toolbox.ask(machine, program, program, arguments).path(part);
      Fields found = new Fields();
      names.forEach(
          (from, to) -> {
            if (said.has(from)) {
              found.put(to, said.path(from));
            }
          });
      found.node().propertyNames().stream()
          .sorted()
          .forEach(name -> disk.set(name, found.node().path(name)));
    } catch (ToolUnavailable e) {
      missing.add(e.reason());
    }
  }
}
