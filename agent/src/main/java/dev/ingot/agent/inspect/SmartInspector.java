package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.counter;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.ParseFailure;
import dev.ingot.agent.parse.Parsers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Health of disks, asked by {@code smartctl}; a disk in standby is left asleep. */
final class SmartInspector implements Inspector {
  /** Exit status and words of smartctl for a device that {@code -n standby} left alone. */
  private static final String ASLEEP = "STANDBY";

  static final String POWER_MODE = "power_mode";

  @Override
  public String name() {
    return "smart";
  }

  @Override
  public String meaning() {
    return "health and wear of the disks of os_storage, by name; apart from them because disks may"
        + " be slow to answer; a disk in standby is not woken";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("device", "text", "path in /dev"),
        identity("serial", "text", "serial number"),
        config("model", "text", "what it is called"),
        config("protocol", "text", "ata, scsi or nvme"),
        config("smart_available", "true or false", "the disk can tell its health"),
        config("smart_enabled", "true or false", "and does"),
        config("passed", "true or false", "the disk's own verdict"),
        reading(
            POWER_MODE,
            "text",
            "standby, of a disk that was left asleep: all else is what it said before"),
        config("security_supported", "true or false", "has ATA's security feature set"),
        config("security_enabled", "true or false", "an ATA password is set"),
        config("security_locked", "true or false", "it wants the password before it works"),
        config(
            "security_frozen", "true or false", "ATA security cannot be changed until power goes"),
        config("security_enhanced_erase", "true or false", "can erase with a pattern of its own"),
        config("security_erase_minutes", "minutes", "that erasing takes, says the disk"),
        config("sanitize_block_erase", "true or false", "can be sanitized by erasing its blocks"),
        config("sanitize_crypto_erase", "true or false", "by forgetting its key"),
        config("sanitize_overwrite", "true or false", "by overwriting"),
        config("format_supported", "true or false", "of NVMe"),
        config("format_crypto_erase", "true or false", "of NVMe: formatting can forget its key"),
        reading("temperature_celsius", "degrees Celsius", "of the disk"),
        counter("power_on_hours", "hours", "that it ran"),
        counter("power_cycles", "integer", "times that it was switched on"),
        counter("unsafe_shutdowns", "integer", "of NVMe"),
        counter(
            "percentage_used", "percent", "of the writes that an SSD is made for; may be over 100"),
        reading("available_spare_percent", "percent", "of NVMe's spare blocks"),
        config("available_spare_threshold_percent", "percent", "below this NVMe warns"),
        reading("critical_warning", "integer", "NVMe's bits; 0 is well"),
        counter("media_errors", "integer", "of NVMe"),
        counter("read_bytes", "bytes", "read since it was made"),
        counter("written_bytes", "bytes", "written since it was made"),
        counter("reallocated_sectors", "integer", "of ATA"),
        reading("pending_sectors", "integer", "of ATA: unstable, to be reallocated"),
        counter("offline_uncorrectable_sectors", "integer", "of ATA"),
        counter("reported_uncorrectable_errors", "integer", "of ATA"),
        counter("interface_crc_errors", "integer", "of ATA: cables"),
        counter("grown_defects", "integer", "of SCSI"),
        counter("read_uncorrected_errors", "integer", "of SCSI"),
        counter("write_uncorrected_errors", "integer", "of SCSI"),
        counter("error_log_entries", "integer", "in the disk's log"),
        config("manufactured", "text", "year and week"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists("/sys/block")) {
      throw new InspectionFailed("/sys/block is not there");
    }
    // Virtual disks of a hypervisor have no health of their own to tell.
    List<String> disks =
        OsStorageInspector.disks(machine).stream()
            .filter(disk -> !disk.matches("x?vd[a-z]+"))
            .toList();
    List<String> missing = new ArrayList<>();
    if (!disks.isEmpty() && !machine.tools().has("smartctl")) {
      throw new InspectionFailed("smartctl is not installed");
    }
    ArrayNode list = Fields.array();
    for (String disk : disks) {
      String path = "/dev/" + disk.replace('!', '/');
      try {
        ObjectNode device = ask(machine, path);
        if (!device.has(POWER_MODE)) {
          EraseAbilities.add(machine, path, device, missing);
        }
        list.add(device);
      } catch (ToolUnavailable e) {
        missing.add(path + ": " + e.reason());
      }
    }
    return Findings.of(Field.named(list, fields()), missing);
  }

  private static ObjectNode ask(Machine machine, String path) throws ToolUnavailable {
    // Options that only read; -n standby asks the drive whether it sleeps and then leaves it.
    String said =
        machine
            .tools()
            .runWhateverStatus("smartctl", "-n", "standby", "-j", "-i", "-H", "-A", path);
    if (said.contains(ASLEEP)) {
      return new Fields().put("device", path).put(POWER_MODE, "standby").node();
    }
    try {
      JsonNode found = Parsers.parse("smartctl", said).facts().path("devices").path(0);
      ObjectNode device = new Fields().put("device", path).node();
      found.forEachEntry(
          (key, value) -> {
            // That a disk is awake is no fact of it: smartctl 7.5 tells how it found it.
            if (!key.equals("device") && !key.equals(POWER_MODE)) {
              device.set(key, value);
            }
          });
      return device;
    } catch (ParseFailure e) {
      throw new ToolUnavailable(e.reason());
    }
  }
}
