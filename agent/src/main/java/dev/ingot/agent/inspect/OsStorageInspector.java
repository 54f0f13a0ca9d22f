package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Disks as the operating system sees them, from {@code /sys/block}; the rest by {@code lsblk}. */
final class OsStorageInspector implements Inspector {
  private static final String FOLDER = "/sys/block";

  /** The unit of {@code size} and {@code start} in sysfs, whatever the disk's own sectors are. */
  private static final long SECTOR = 512;

  @Override
  public String name() {
    return "os_storage";
  }

  @Override
  public String meaning() {
    return "a list of disks as the operating system sees them, by name; no loop, ram, zram, "
        + "optical, device-mapper or md devices, no drives without a medium";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("device", "text", "path in /dev"),
        config("vendor", "text", "who made it"),
        config("model", "text", "what it is called"),
        config("firmware", "text", "its firmware's revision"),
        identity("serial", "text", "serial number"),
        identity("wwn", "text", "world wide name"),
        config("size", "bytes", "capacity"),
        config("sector_size.logical", "bytes", "unit of addressing"),
        config("sector_size.physical", "bytes", "unit of writing"),
        config("rotational", "true or false", "says the kernel; hypervisors often say true"),
        config("media_type", "text", "disk, ssd, external (Fibre Channel) or unknown (virtual)"),
        config("transport", "text", "sata, sas, nvme, usb, fc, iscsi, virtio, mmc"),
        config("removable", "true or false", "the medium can be taken out"),
        config("read_only", "true or false", "cannot be written"),
        config("pci_slot", "text", "of its controller"),
        reading("hctl", "text", "host:channel:target:lun, of SCSI and SATA"),
        config("bay", "text", "slot of the enclosure, says its SES processor"),
        config("nvme.controller", "text", "the kernel's name of the controller"),
        config("nvme.namespace", "integer", "number of the namespace"),
        config("nvme.subsystem", "text", "NVMe qualified name"),
        config("partition_table", "text", "gpt, msdos, …; needs lsblk"),
        config("partitions", "list", "by number"),
        config("partitions.device", "text", "path in /dev"),
        config("partitions.number", "integer", "from 1"),
        config("partitions.start", "bytes", "from the beginning of the disk"),
        config("partitions.size", "bytes", "length"),
        identity("partitions.uuid", "text", "of the partition in its table; needs lsblk"),
        config("partitions.label", "text", "name in its table; needs lsblk"),
        config("partitions.type", "text", "type in its table; needs lsblk"),
        config("partitions.filesystem", "text", "what is on it: ext4, LVM2_member, …; needs lsblk"),
        config("filesystem", "text", "what is on a disk without partitions; needs lsblk"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists(FOLDER)) {
      throw new InspectionFailed(FOLDER + " is not there");
    }
    List<String> missing = new ArrayList<>();
    BlockDevices known = BlockDevices.NONE;
    try {
      known = BlockDevices.ask(machine);
    } catch (ToolUnavailable e) {
      missing.add(e.reason() + ": partition_table and what else only it knows left out");
    }
    ArrayNode list = Fields.array();
    for (String name : machine.list(FOLDER)) {
      String real = machine.real(FOLDER + "/" + name);
      if (real != null && isDisk(machine, name, real)) {
        list.add(describe(machine, name, real, known));
      }
    }
    return Findings.of(list, missing);
  }

  /** The kernel's names of the disks. */
  static List<String> disks(Machine machine) {
    List<String> names = new ArrayList<>();
    for (String name : machine.list(FOLDER)) {
      String real = machine.real(FOLDER + "/" + name);
      if (real != null && isDisk(machine, name, real)) {
        names.add(name);
      }
    }
    return names;
  }

  /** Software devices are virtual, but so is the one face of an NVMe disk with several paths. */
  private static boolean isDisk(Machine machine, String name, String real) {
    boolean virtual =
        real.contains("/devices/virtual/") && !real.contains("/virtual/nvme-subsystem/");
    boolean optical = name.startsWith("sr") || name.startsWith("scd");
    boolean hidden = "1".equals(machine.text(FOLDER + "/" + name + "/hidden"));
    Long size = machine.number(FOLDER + "/" + name + "/size");
    return !virtual && !optical && !hidden && size != null && size > 0;
  }

  private static ObjectNode describe(
      Machine machine, String name, String real, BlockDevices known) {
    String folder = FOLDER + "/" + name;
    BlockDevices.Device device = known.device(name);
    String transport = transport(real, device);
    Boolean rotational = flag(machine, folder + "/queue/rotational");
    Long size = machine.number(folder + "/size");
    return new Fields()
        .put("device", path(name))
        .put("vendor", DiskLabels.vendor(machine, folder))
        .put("model", DiskLabels.model(machine, folder, device))
        .put("firmware", DiskLabels.firmware(machine, folder))
        .put("serial", DiskLabels.serial(machine, folder, device))
        .put("wwn", DiskLabels.wwn(machine, folder, device))
        .put("size", size == null ? null : Long.valueOf(size * SECTOR))
        .putUnlessEmpty(
            "sector_size",
            new Fields()
                .put("logical", machine.number(folder + "/queue/logical_block_size"))
                .put("physical", machine.number(folder + "/queue/physical_block_size"))
                .node())
        .put("rotational", rotational)
        .put("media_type", mediaType(transport, rotational))
        .put("transport", transport)
        .put("removable", flag(machine, folder + "/removable"))
        .put("read_only", flag(machine, folder + "/ro"))
        .put("pci_slot", PciInspector.slot(real))
        .putAll(DiskPlaces.of(machine, name, real))
        .put("partition_table", partitionTable(device.partitionTable()))
        .put("filesystem", device.filesystem())
        .put("partitions", partitions(machine, name, known))
        .node();
  }

  private static ArrayNode partitions(Machine machine, String disk, BlockDevices known) {
    List<ObjectNode> partitions = new ArrayList<>();
    for (String name : machine.list(FOLDER + "/" + disk)) {
      String folder = FOLDER + "/" + disk + "/" + name;
      Long number = name.startsWith(disk) ? machine.number(folder + "/partition") : null;
      Long start = machine.number(folder + "/start");
      Long size = machine.number(folder + "/size");
      if (number != null && start != null && size != null) {
        BlockDevices.Device device = known.device(name);
        partitions.add(
            new Fields()
                .put("device", path(name))
                .put("number", number)
                .put("start", Long.valueOf(start * SECTOR))
                .put("size", Long.valueOf(size * SECTOR))
                .put("uuid", device.partitionUuid())
                .put("label", device.partitionLabel())
                .put("type", device.partitionType())
                .put("filesystem", device.filesystem())
                .node());
      }
    }
    partitions.sort((a, b) -> Long.compare(a.get("number").asLong(), b.get("number").asLong()));
    ArrayNode list = Fields.array();
    partitions.forEach(list::add);
    return list;
  }

  private static @Nullable String transport(String real, BlockDevices.Device device) {
    if (real.matches(".*/nvme[^/]*/.*")) {
      return "nvme";
    }
    if (real.matches(".*/virtio[0-9]+/.*")) {
      return "virtio";
    }
    if (real.matches(".*/usb[0-9]+/.*")) {
      return "usb";
    }
    if (real.contains("/mmc_host/")) {
      return "mmc";
    }
    if (real.matches(".*/ata[0-9]+/.*")) {
      return "sata";
    }
    if (real.contains("/rport-")) {
      return "fc";
    }
    if (real.matches(".*/session[0-9]+/.*")) {
      return "iscsi";
    }
    return real.contains("/end_device-") ? "sas" : device.transport();
  }

  private static String mediaType(@Nullable String transport, @Nullable Boolean rotational) {
    if (rotational == null || "virtio".equals(transport)) {
      return "unknown";
    }
    if ("fc".equals(transport)) {
      return "external";
    }
    return rotational ? "disk" : "ssd";
  }

  /** parted's word, which Mercury has, for libblkid's. */
  private static @Nullable String partitionTable(@Nullable String type) {
    return "dos".equals(type) ? "msdos" : type;
  }

  private static @Nullable Boolean flag(Machine machine, String path) {
    Long value = machine.number(path);
    return value == null ? null : Boolean.valueOf(value != 0);
  }

  /** Slashes of a device's name are exclamation marks in sysfs: {@code cciss!c0d0}. */
  private static String path(String name) {
    return "/dev/" + name.replace('!', '/');
  }
}
