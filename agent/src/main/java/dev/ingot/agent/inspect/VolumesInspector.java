package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.ParseFailure;
import dev.ingot.agent.parse.Parsers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What software makes of disks: md, LVM and multipath. */
final class VolumesInspector implements Inspector {
  private static final String[] LVM = {
    "--reportformat", "json", "--units", "b", "--nosuffix", "--readonly", "-o"
  };

  @Override
  public String name() {
    return "volumes";
  }

  @Override
  public String meaning() {
    return "what the kernel makes of disks: software RAID (md), LVM, multipath; where there is"
        + " none, an empty object";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("md", "list", "arrays of software RAID, by name"),
        config("md.device", "text", "the kernel's name"),
        config("md.level", "text", "raid1, raid5, …"),
        config("md.state", "text", "active, inactive"),
        config("md.metadata", "text", "version of the superblock"),
        identity("md.uuid", "text", "of the array; needs sysfs"),
        config("md.size_bytes", "bytes", "of the array"),
        config("md.chunk_bytes", "bytes", "on one device"),
        config("md.raid_devices", "integer", "that belong to the array"),
        config("md.active_devices", "integer", "that take part"),
        config("md.degraded", "true or false", "some are missing"),
        config("md.spares", "integer", "that wait"),
        config("md.failed", "integer", "that failed"),
        config("md.members.device", "text", "the kernel's name"),
        config("md.members.number", "integer", "in the array"),
        config("md.members.role", "text", "member, spare, failed, replacement, journal"),
        reading("md.progress.action", "text", "recovery, resync, reshape, check"),
        reading("md.progress.percent", "percent", "of it done"),
        reading("md.progress.waiting", "text", "delayed or pending"),
        config("physical_volumes.pv_name", "text", "path in /dev"),
        identity("physical_volumes.pv_uuid", "text", "of the volume"),
        config("physical_volumes.vg_name", "text", "group that it belongs to"),
        config("physical_volumes.size_bytes", "bytes", "of the volume"),
        config("physical_volumes.free_bytes", "bytes", "not used"),
        config("volume_groups.vg_name", "text", "of the group"),
        identity("volume_groups.vg_uuid", "text", "of the group"),
        config("volume_groups.size_bytes", "bytes", "of the group"),
        config("volume_groups.free_bytes", "bytes", "not used"),
        config("logical_volumes.lv_name", "text", "of the volume"),
        identity("logical_volumes.lv_uuid", "text", "of the volume"),
        config("logical_volumes.vg_name", "text", "group that it lies in"),
        config("logical_volumes.size_bytes", "bytes", "of the volume"),
        config("logical_volumes.kind", "text", "linear-or-striped, raid, thin, snapshot, …"),
        config("multipath.name", "text", "alias or WWID"),
        identity("multipath.wwid", "text", "of the disk behind the paths"),
        config("multipath.device", "text", "the kernel's name"),
        config("multipath.vendor", "text", "who made the disk"),
        config("multipath.product", "text", "what it is called"),
        config("multipath.size_bytes", "bytes", "as the tool says, rounded"),
        config("multipath.paths.device", "text", "the kernel's name of one path"),
        config("multipath.paths.hctl", "text", "host:channel:target:lun"),
        reading("multipath.paths.dm_state", "text", "active or failed"),
        reading("multipath.paths.path_state", "text", "ready, faulty, …"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists("/sys/block")) {
      throw new InspectionFailed("/sys/block is not there");
    }
    List<String> missing = new ArrayList<>();
    Fields volumes = new Fields();
    md(machine, volumes, missing);
    // LVM and multipath stand on the device mapper: without one of its devices there is none.
    boolean mapper = machine.list("/sys/block").stream().anyMatch(name -> name.startsWith("dm-"));
    if (mapper) {
      lvm(machine, volumes, missing, "pvs", "pv_name,pv_uuid,vg_name,pv_size,pv_free");
      lvm(machine, volumes, missing, "vgs", "vg_name,vg_uuid,vg_size,vg_free");
      lvm(machine, volumes, missing, "lvs", "lv_name,lv_uuid,vg_name,lv_size,lv_attr");
      multipath(machine, volumes, missing);
    }
    return Findings.of(Field.named(volumes.node(), fields()), missing);
  }

  private static void md(Machine machine, Fields volumes, List<String> missing) {
    if (!(machine.read("/proc/mdstat") instanceof Content.Text(String text)) || text.isBlank()) {
      return;
    }
    try {
      var arrays = Parsers.parse("mdstat", text).facts().path("arrays");
      for (var array : arrays) {
        String uuid = machine.text("/sys/block/" + array.path("device").asString("") + "/md/uuid");
        if (uuid != null && array instanceof ObjectNode one) {
          one.put("uuid", uuid);
        }
      }
      volumes.putUnlessEmpty("md", arrays);
    } catch (ParseFailure e) {
      missing.add("/proc/mdstat: " + e.reason());
    }
  }

  private static void lvm(
      Machine machine, Fields volumes, List<String> missing, String program, String columns) {
    if (!machine.tools().has(program)) {
      return;
    }
    List<String> arguments = new ArrayList<>(List.of(LVM));
    arguments.add(columns);
    ObjectNode facts =
        Toolbox.ask(missing, machine, "lvm", program, arguments.toArray(String[]::new));
    if (facts != null) {
      facts.forEachEntry(
          (key, value) -> {
            if (value.isArray()) {
              volumes.putUnlessEmpty(key, value);
            }
          });
    }
  }

  private static void multipath(Machine machine, Fields volumes, List<String> missing) {
    boolean used =
        machine.list("/sys/block").stream()
            .map(name -> machine.text("/sys/block/" + name + "/dm/uuid"))
            .anyMatch(uuid -> uuid != null && uuid.startsWith("mpath-"));
    if (used) {
      ObjectNode facts = Toolbox.ask(missing, machine, "multipath", "multipath", "-ll");
      if (facts != null) {
        volumes.putUnlessEmpty("multipath", facts.path("maps"));
      }
    }
  }
}
