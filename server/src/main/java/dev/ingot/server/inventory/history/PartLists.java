package dev.ingot.server.inventory.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which lists hold parts, and by what a part is known in them: a part that changes its place in a
 * list is no change. Paths are without indexes; {@code **.x} is a list of that name anywhere. Lists
 * that are not here are compared by what their elements call themselves, else by position: {@link
 * Pairing}.
 */
final class PartLists {
  private static final Map<String, PartList> BY_PATH = new HashMap<>();
  private static final Map<String, PartList> BY_NAME = new HashMap<>();

  static {
    // Ports that one device shares have one permanent address: its slot tells them apart.
    part("port", "Network port", true)
        .at("interfaces")
        .by("permanent_address+pci_slot+dev_port", "permanent_address", "pci_slot+dev_port")
        .by("pci_slot+devname", "devname")
        .in("pci_slot");
    part("dimm", "DIMM", true)
        .at("**.dimms", "**.dimm", "**.memory_devices", "**.memory_modules")
        .by("locator+bank", "locator", "processor_#+module_#", "slot+bank", "slot", "socket")
        .by("serial")
        .in("locator", "slot", "processor_#+module_#", "socket");
    part("disk", "Disk", true)
        .at("os_storage", "**.disks", "**.drives", "**.physical_drives", "**.physical_disks")
        .at("**.unassigned", "**.spares", "**.nvme")
        .by("serial", "wwn", "enclosure+slot", "extra.address", "address")
        .by("extra.port+extra.box+extra.bay", "port+box+bay", "bay", "slot", "location")
        .by("device", "name", "index")
        .in("enclosure+slot", "extra.address", "address", "extra.port+extra.box+extra.bay")
        .in("port+box+bay", "bay", "slot", "location");
    part("pci", "PCI device", true)
        .at("pci")
        .by("slot+vendor_id+device_id+svendor_id+sdevice_id", "slot+vendor_id+device_id", "slot")
        .in("slot");
    part("cpu", "CPU", true)
        .at("cpu", "**.cpus", "**.processors")
        .by("physical_id", "socket", "name")
        .in("physical_id", "socket", "name");
    part("psu", "Power supply", true)
        .at("**.power_supplies", "**.psus", "psu")
        .by("serial", "slot", "bay", "location", "name", "index")
        .in("slot", "bay", "location", "name");
    part("fan", "Fan", true)
        .at("**.fans")
        .by("slot", "location", "name")
        .in("slot", "location", "name");
    part("gpu", "GPU", true)
        .at("**.gpus", "gpu")
        .by("serial", "uuid", "pci_slot", "slot")
        .in("pci_slot", "slot");
    part("controller", "Controller", true)
        .at("raid", "**.adapters", "**.controllers")
        .by("serial", "pci_slot", "slot", "name", "index")
        .in("pci_slot", "slot");
    part("battery", "Battery", true)
        .at("**.batteries")
        .by("serial", "slot", "location", "name")
        .in("slot", "location", "name");
    part("transceiver", "Transceiver", true)
        .at("**.transceivers")
        .by("serial", "slot", "port", "devname")
        .in("slot", "port", "devname");
    part("volume", "RAID volume", false)
        .at("**.logical_drives", "**.virtual_drives", "**.volumes")
        .by("wwn", "extra.id", "id", "name", "extra.name", "index")
        .in("extra.id", "id", "name", "extra.name");
    // Told by where it is plugged in: a root hub's serial number is its controller's address.
    part("usb", "USB device", false).at("usb").by("port+serial", "port").in("port");
    // What is said beside a part that another section has, and what software makes: no parts, but
    // told apart by more than their position.
    part("", "", false).at("smart").by("serial", "device");
    part("", "", false).at("firmware").by("kind+of+model", "kind+of", "kind+model");
    part("", "", false).at("lldp").by("interface+chassis_id+port_id", "interface");
    part("", "", false).at("mem.controllers").by("name");
    part("", "", false).at("volumes.md").by("uuid", "device");
    part("", "", false).at("volumes.physical_volumes").by("pv_uuid", "pv_name");
    part("", "", false).at("volumes.volume_groups").by("vg_uuid", "vg_name");
    part("", "", false).at("volumes.logical_volumes").by("lv_uuid", "vg_name+lv_name");
    part("", "", false).at("volumes.multipath").by("wwid", "name");
    part("", "", false).at("zfs").by("guid", "name");
    part("", "", false).at("zfs.devices").by("path+depth");
    part("", "", false).at("boot.entries").by("number");
    part("", "", false).at("bmc.sensors").by("name+number", "name");
    part("", "", false).at("os_storage.partitions").by("uuid", "number", "device");
    part("", "", false).at("interfaces.address_info", "interfaces.address_info_v6").by("addr");
    part("", "", false)
        .at("routes")
        .by("family+destination+dev+via+metric", "family+destination+dev+metric")
        .by("family+destination+dev", "family+destination");
    part("", "", false).at("cpu.caches").by("level+type");
    part("", "", false).at("raid.configuration.arrays").by("extra.letter", "extra.disk_group");
  }

  private PartLists() {}

  /** What is declared of a list. */
  static @Nullable PartList of(String path) {
    PartList exact = BY_PATH.get(path);
    return exact != null ? exact : BY_NAME.get(path.substring(path.lastIndexOf('.') + 1));
  }

  private static Row part(String kind, String title, boolean missed) {
    return new Row(new PartList(kind, title, missed, List.of(), List.of()), List.of());
  }

  /** A row of the table as it is written above. */
  private record Row(PartList list, List<String> paths) {
    Row at(String... more) {
      return new Row(list, joined(paths, List.of(more))).declared();
    }

    Row by(String... more) {
      List<ElementKey> keys = joined(list.keys(), ElementKey.all(more));
      return new Row(
              new PartList(list.kind(), list.title(), list.missed(), keys, list.slots()), paths)
          .declared();
    }

    Row in(String... more) {
      List<ElementKey> slots = joined(list.slots(), ElementKey.all(more));
      return new Row(
              new PartList(list.kind(), list.title(), list.missed(), list.keys(), slots), paths)
          .declared();
    }

    private Row declared() {
      for (String path : paths) {
        if (path.startsWith("**.")) {
          BY_NAME.put(path.substring(3), list);
        } else {
          BY_PATH.put(path, list);
        }
      }
      return this;
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
      return java.util.stream.Stream.concat(some.stream(), more.stream()).toList();
    }
  }
}
