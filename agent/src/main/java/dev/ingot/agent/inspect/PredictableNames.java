package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The names that systemd and biosdevname would give a port: udev's own where it ran, else computed
 * for ports that sit straight on PCI (systemd.net-naming-scheme(7)).
 */
final class PredictableNames {
  /** ARPHRD_ETHER, linux/if_arp.h. */
  private static final long ETHERNET = 1;

  private PredictableNames() {}

  static ObjectNode of(Machine machine, NetworkPort port) {
    Map<String, String> udev = udev(machine, port.index());
    Map<String, String> names = udev.isEmpty() ? computed(machine, port) : udev;
    return new Fields()
        .put("biosdevname", biosdevname(machine, port))
        .put("systemd_udev", names.get("ID_NET_NAME_PATH"))
        .put("systemd_onboard", names.get("ID_NET_NAME_ONBOARD"))
        .put("systemd_mac", names.get("ID_NET_NAME_MAC"))
        .put("systemd_slot", names.get("ID_NET_NAME_SLOT"))
        .node();
  }

  /** udev's database has one file per interface with a line {@code E:KEY=value} per property. */
  private static Map<String, String> udev(Machine machine, long index) {
    Map<String, String> names = new HashMap<>();
    String text = machine.text("/run/udev/data/n" + index);
    for (String line : (text == null ? "" : text).split("\n", -1)) {
      int equals = line.indexOf('=');
      if (line.startsWith("E:ID_NET_NAME_") && equals > 0) {
        names.put(line.substring(2, equals), line.substring(equals + 1).strip());
      }
    }
    return names;
  }

  private static Map<String, String> computed(Machine machine, NetworkPort port) {
    Map<String, String> names = new HashMap<>();
    String prefix = prefix(machine, port);
    if (prefix == null || !port.physical()) {
      return names;
    }
    String address = port.address();
    if (address != null && "permanent".equals(port.assignment())) {
      names.put("ID_NET_NAME_MAC", prefix + "x" + address.replace(":", ""));
    }
    PciAddress pci = PciAddress.parse(port.pciSlot());
    if (pci == null || !isStraightOnPci(port)) {
      return names;
    }
    String folder = PciInspector.DEVICES + "/" + port.pciSlot();
    String suffix = portSuffix(machine, port);
    String function =
        pci.function() > 0 || isMultifunction(machine, folder) ? "f" + pci.function() : "";
    String domain = pci.domain() > 0 ? "P" + pci.domain() : "";
    names.put(
        "ID_NET_NAME_PATH",
        prefix + domain + "p" + pci.bus() + "s" + pci.device() + function + suffix);
    Long onboard = machine.number(folder + "/acpi_index");
    if (onboard == null) {
      onboard = machine.number(folder + "/index");
    }
    if (onboard != null && onboard > 0 && onboard <= 16_383) {
      names.put("ID_NET_NAME_ONBOARD", prefix + "o" + onboard + suffix);
    }
    Long slot = slot(machine, pci);
    if (slot != null) {
      names.put("ID_NET_NAME_SLOT", prefix + domain + "s" + slot + function + suffix);
    }
    return names;
  }

  private static @Nullable String biosdevname(Machine machine, NetworkPort port) {
    Long index =
        port.pciSlot() == null || !port.embedded(machine)
            ? null
            : machine.number(PciInspector.DEVICES + "/" + port.pciSlot() + "/index");
    return index == null ? null : "em" + index;
  }

  private static @Nullable String prefix(Machine machine, NetworkPort port) {
    if (machine.exists(port.folder() + "/phy80211")) {
      return "wl";
    }
    return Long.valueOf(ETHERNET).equals(machine.number(port.folder() + "/type")) ? "en" : null;
  }

  private static boolean isStraightOnPci(NetworkPort port) {
    String device = String.valueOf(port.device());
    return device.matches(".*/" + port.pciSlot() + "(/virtio[0-9]+)?");
  }

  private static String portSuffix(Machine machine, NetworkPort port) {
    String name = machine.text(port.folder() + "/phys_port_name");
    Long number = machine.number(port.folder() + "/dev_port");
    if (name != null) {
      return "n" + name;
    }
    return number == null || number == 0 ? "" : "d" + number;
  }

  /** Bit 7 of the header type, PCI Local Bus Specification 3.0 section 6.2.1. */
  private static boolean isMultifunction(Machine machine, String folder) {
    byte[] header = machine.bytes(folder + "/config", 16);
    return header.length > 14 && (header[14] & 0x80) != 0;
  }

  private static @Nullable Long slot(Machine machine, PciAddress address) {
    for (String slot : machine.list("/sys/bus/pci/slots")) {
      Long number = Numbers.parse(slot);
      String at = machine.text("/sys/bus/pci/slots/" + slot + "/address");
      if (number != null && number > 0 && address.slotAddress().equals(at)) {
        return number;
      }
    }
    return null;
  }
}
