package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;

import dev.ingot.agent.parse.Fields;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** Trusted platform modules: {@code /sys/class/tpm}. */
final class TpmInspector implements Inspector {
  private static final String FOLDER = "/sys/class/tpm";

  @Override
  public String name() {
    return "tpm";
  }

  @Override
  public String meaning() {
    return "a list of trusted platform modules; empty where the kernel knows none";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("name", "text", "the kernel's name"),
        config("version", "integer", "1 or 2"),
        config("description", "text", "says ACPI"),
        config("manufacturer", "text", "4 letters or a number, of TPM 1.2"),
        config("firmware", "text", "version of the firmware, of TPM 1.2"),
        config("enabled", "true or false", "of TPM 1.2"),
        config("owned", "true or false", "of TPM 1.2"),
        config("pcr_banks", "list of text", "hashes that it measures with, of TPM 2"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists("/sys/class")) {
      throw new InspectionFailed("/sys/class is not there");
    }
    ArrayNode list = Fields.array();
    for (String name : machine.list(FOLDER)) {
      String folder = FOLDER + "/" + name + "/";
      Long version = machine.number(folder + "tpm_version_major");
      String capabilities = machine.text(folder + "device/caps");
      List<String> banks =
          machine.list(folder).stream()
              .filter(entry -> entry.startsWith("pcr-"))
              .map(entry -> entry.substring(4))
              .toList();
      Fields fields =
          new Fields()
              .put("name", name)
              .put("version", version == null && capabilities != null ? Long.valueOf(1) : version)
              .put("description", machine.text(folder + "device/description"))
              .put("manufacturer", after(capabilities, "Manufacturer:"))
              .put("firmware", after(capabilities, "Firmware version:"))
              .put("enabled", flag(machine.text(folder + "device/enabled")))
              .put("owned", flag(machine.text(folder + "device/owned")));
      if (!banks.isEmpty()) {
        fields.put("pcr_banks", banks);
      }
      list.add(fields.node());
    }
    return Findings.complete(list);
  }

  private static @org.jspecify.annotations.Nullable String after(
      @org.jspecify.annotations.Nullable String text, String key) {
    for (String line : (text == null ? "" : text).split("\n", -1)) {
      if (line.startsWith(key)) {
        return line.substring(key.length()).strip();
      }
    }
    return null;
  }

  private static @org.jspecify.annotations.Nullable Boolean flag(
      @org.jspecify.annotations.Nullable String text) {
    return text == null ? null : Boolean.valueOf(text.equals("1"));
  }
}
