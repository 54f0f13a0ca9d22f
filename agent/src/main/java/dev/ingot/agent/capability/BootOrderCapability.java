package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says what the machine boots: through EFI variables, or through its BMC. */
public final class BootOrderCapability implements Capability {
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false,
           "oneOf": [{"required": ["device"]}, {"required": ["order"]}],
           "properties": {
             "device": {"enum": ["network", "disk", "setup"], "description": "What is booted."},
             "once": {"type": "boolean", "description": "Only the next time; default true."},
             "order": {"type": "array", "minItems": 1, "maxItems": 64, "uniqueItems": true,
                       "items": {"type": "string", "pattern": "^[0-9A-Fa-f]{4}$"},
                       "description": "EFI boot entries, first to last."},
             "by": {"enum": ["efi", "bmc"], "description": "Default: efi where the machine booted by UEFI."}}}
          """);

  /** efibootmgr's list: {@code Boot0003* UEFI: PXE IPv4 Intel(R) I350}. */
  private static final Pattern ENTRY =
      Pattern.compile("(?m)^Boot([0-9A-Fa-f]{4})[* ] ([^\\t\\n]*)");

  private static final Pattern NETWORK =
      Pattern.compile("\\b(pxe|network|ipv4|ipv6|http|lan|nic)\\b", Pattern.CASE_INSENSITIVE);

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "set_boot_order",
        "Says what the machine boots next, or always.",
        "By EFI, `network` and `disk` are the first entries that look like it, `setup` is not known"
            + " there. By BMC it is `ipmitool chassis bootdev`.",
        PARAMETERS,
        null,
        "bmc",
        120,
        false,
        true,
        false,
        unavailable());
  }

  private static boolean hasEfi() {
    return Files.isDirectory(Path.of("/sys/firmware/efi")) && Programs.find("efibootmgr") != null;
  }

  private static @Nullable String unavailable() {
    String bmc = IpmitoolCapability.unavailable();
    return hasEfi() || bmc == null
        ? null
        : "neither efibootmgr on a machine that booted by UEFI, nor a BMC: " + bmc;
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    JsonNode arguments = invocation.arguments();
    boolean efi =
        arguments.path("by").isString() ? arguments.path("by").asString().equals("efi") : hasEfi();
    try {
      List<String> command =
          efi
              ? byEfi(arguments, entries(invocation))
              : byBmc(arguments, Files.isDirectory(Path.of("/sys/firmware/efi")));
      return Outcome.ofExit(Program.of(command).run(invocation.name(), invocation::write));
    } catch (IllegalArgumentException | Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
  }

  private static String entries(Invocation invocation)
      throws InterruptedException, Program.NotStarted {
    Program.Answer list =
        Program.of(List.of("efibootmgr")).ask(invocation.name() + "-list", invocation::write);
    if (list.exit() != 0) {
      throw new IllegalArgumentException("efibootmgr ended with status " + list.exit());
    }
    return list.output();
  }

  static List<String> byEfi(JsonNode arguments, String list) {
    List<String> known = new ArrayList<>();
    String network = null;
    String disk = null;
    Matcher entry = ENTRY.matcher(list);
    while (entry.find()) {
      String number = entry.group(1).toUpperCase(Locale.ROOT);
      known.add(number);
      if (NETWORK.matcher(entry.group(2)).find()) {
        network = network == null ? number : network;
      } else {
        disk = disk == null ? number : disk;
      }
    }
    List<String> order = new ArrayList<>();
    arguments.path("order").forEach(each -> order.add(each.asString().toUpperCase(Locale.ROOT)));
    if (!order.isEmpty()) {
      for (String number : order) {
        if (!known.contains(number)) {
          throw new IllegalArgumentException(
              "order: there is no entry " + number + "; there are " + known);
        }
      }
      return List.of("efibootmgr", "--bootorder", String.join(",", order));
    }
    String device = arguments.path("device").asString();
    String chosen = device.equals("network") ? network : device.equals("disk") ? disk : null;
    if (chosen == null) {
      throw new IllegalArgumentException("device: no EFI boot entry looks like " + device);
    }
    if (arguments.path("once").asBoolean(true)) {
      return List.of("efibootmgr", "--bootnext", chosen);
    }
    known.remove(chosen);
    known.addFirst(chosen);
    return List.of("efibootmgr", "--bootorder", String.join(",", known));
  }

  static List<String> byBmc(JsonNode arguments, boolean uefi) {
    if (arguments.path("order").isArray()) {
      throw new IllegalArgumentException("order: only EFI has boot entries; name a device");
    }
    String device =
        switch (arguments.path("device").asString()) {
          case "network" -> "pxe";
          case "disk" -> "disk";
          case "setup" -> "bios";
          case String other ->
              throw new IllegalArgumentException("device: " + other + " is not known");
        };
    List<String> options = new ArrayList<>();
    if (!arguments.path("once").asBoolean(true)) {
      options.add("persistent");
    }
    if (uefi) {
      options.add("efiboot");
    }
    List<String> command = new ArrayList<>(List.of("ipmitool", "chassis", "bootdev", device));
    if (!options.isEmpty()) {
      command.add("options=" + String.join(",", options));
    }
    return command;
  }
}
