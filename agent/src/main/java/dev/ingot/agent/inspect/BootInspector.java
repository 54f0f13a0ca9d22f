package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** How the machine was started, and how its firmware would start it. */
final class BootInspector implements Inspector {
  private static final String EFI = "/sys/firmware/efi";
  private static final String GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

  @Override
  public String name() {
    return "boot";
  }

  @Override
  public String meaning() {
    return "how the machine was started, and what its firmware would start";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("mode", "text", "uefi or bios: how this system was started"),
        config("platform_bits", "integer", "64 or 32, of UEFI"),
        config("secure_boot", "true or false", "only what is signed is started"),
        config("setup_mode", "true or false", "keys of secure boot may be set by anyone"),
        config("current", "text", "number of the entry that was started"),
        config("next", "text", "number of the entry that is started once, next"),
        config("timeout_seconds", "seconds", "of the firmware's menu"),
        config("order", "list of text", "numbers of the entries, as they are tried"),
        config("entries.number", "text", "4 hexadecimal digits"),
        config("entries.active", "true or false", "is tried"),
        config("entries.label", "text", "shown to people"),
        config("entries.kind", "text", "network, disk, usb, firmware"),
        config("entries.mac", "MAC", "of the port, for network"),
        config("entries.partition_uuid", "text", "of the partition, for disk"),
        config("entries.file", "text", "that is started"),
        config("entries.path", "text", "UEFI's device path"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists("/sys/firmware")) {
      throw new InspectionFailed("/sys/firmware is not there");
    }
    if (!machine.exists(EFI)) {
      return Findings.complete(new Fields().put("mode", "bios").node());
    }
    List<String> missing = new ArrayList<>();
    Fields boot =
        new Fields()
            .put("mode", "uefi")
            .put("platform_bits", machine.number(EFI + "/fw_platform_size"))
            .put("secure_boot", variable(machine, "SecureBoot"))
            .put("setup_mode", variable(machine, "SetupMode"));
    ObjectNode entries = Toolbox.ask(missing, machine, "efibootmgr", "efibootmgr", "-v");
    if (entries != null) {
      entries.forEachEntry(boot::put);
    }
    return Findings.of(Field.named(boot.node(), fields()), missing);
  }

  /** Four bytes of attributes, then the value. */
  private static @Nullable Boolean variable(Machine machine, String name) {
    byte[] bytes = machine.bytes(EFI + "/efivars/" + name + "-" + GLOBAL, 8);
    return bytes.length < 5 ? null : Boolean.valueOf(bytes[4] == 1);
  }
}
