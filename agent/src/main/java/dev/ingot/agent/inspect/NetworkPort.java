package dev.ingot.agent.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network interface as sysfs shows it.
 *
 * @param index the kernel's number, in the order that the kernel met them
 * @param address MAC in use, lower case; null if the interface has none
 * @param permanentAddress MAC the hardware was made with; null if nobody says
 * @param assignment how the address in use came: permanent, random, stolen, set
 * @param physical a device is behind it, and it is no virtual function of another port
 * @param device where its device is in sysfs; null if there is none
 * @param pciSlot of the PCI device it belongs to, {@code 0000:00:03.0}
 */
record NetworkPort(
    String name,
    long index,
    @Nullable String address,
    @Nullable String permanentAddress,
    @Nullable String assignment,
    boolean physical,
    @Nullable String device,
    @Nullable String pciSlot) {
  static final String FOLDER = "/sys/class/net";

  /** ARPHRD_LOOPBACK, linux/if_arp.h. */
  private static final long LOOPBACK = 772;

  /** Every interface but loopback, in the kernel's order. */
  static List<NetworkPort> all(Machine machine, IpLinks links) {
    Map<String, String> bonded = bondedAddresses(machine);
    List<NetworkPort> ports = new ArrayList<>();
    for (String name : machine.list(FOLDER)) {
      String folder = FOLDER + "/" + name;
      Long index = machine.number(folder + "/ifindex");
      // bonding_masters and the like are plain files among the interfaces.
      if (index != null && !Long.valueOf(LOOPBACK).equals(machine.number(folder + "/type"))) {
        ports.add(port(machine, links, bonded, name, index));
      }
    }
    ports.sort(Comparator.comparingLong(NetworkPort::index));
    return ports;
  }

  /**
   * The kernel says that the address in use is the one that the hardware was made with
   * (NET_ADDR_PERM), which it no longer says once somebody has set another: {@code ip} knows no
   * more of it.
   */
  boolean hasItsOwnAddress() {
    return physical && "permanent".equals(assignment);
  }

  String folder() {
    return FOLDER + "/" + name;
  }

  /**
   * On the board: the firmware numbers the device among its onboard ones (SMBIOS type 41, _DSM).
   */
  boolean embedded(Machine machine) {
    if (pciSlot == null || !physical) {
      return false;
    }
    String pci = PciInspector.DEVICES + "/" + pciSlot;
    return machine.number(pci + "/index") != null || machine.number(pci + "/acpi_index") != null;
  }

  private static NetworkPort port(
      Machine machine, IpLinks links, Map<String, String> bonded, String name, long index) {
    String folder = FOLDER + "/" + name;
    String address = mac(machine.text(folder + "/address"));
    String assignment = assignment(machine.number(folder + "/addr_assign_type"));
    String device = machine.real(folder + "/device");
    boolean physical = device != null && !machine.exists(folder + "/device/physfn");
    IpLinks.Link link = links.byName().get(name);
    String permanent = link == null ? null : mac(link.permanentAddress());
    if (permanent == null) {
      permanent = bonded.get(name);
    }
    if (permanent == null && physical && "permanent".equals(assignment)) {
      permanent = address;
    }
    return new NetworkPort(
        name, index, address, permanent, assignment, physical, device, PciInspector.slot(device));
  }

  /** NET_ADDR_…, linux/netdevice.h. */
  private static @Nullable String assignment(@Nullable Long type) {
    return switch (type == null ? -1 : type.intValue()) {
      case 0 -> "permanent";
      case 1 -> "random";
      case 2 -> "stolen";
      case 3 -> "set";
      default -> null;
    };
  }

  /** A bond gives its members one address and remembers what each had. */
  private static Map<String, String> bondedAddresses(Machine machine) {
    Map<String, String> addresses = new HashMap<>();
    for (String bond : machine.list("/proc/net/bonding")) {
      String member = null;
      String text = machine.text("/proc/net/bonding/" + bond);
      for (String line : (text == null ? "" : text).split("\n", -1)) {
        if (line.startsWith("Slave Interface:")) {
          member = line.substring(line.indexOf(':') + 1).strip();
        } else if (line.startsWith("Permanent HW addr:") && member != null) {
          String address = mac(line.substring(line.indexOf(':') + 1).strip());
          if (address != null) {
            addresses.put(member, address);
          }
        }
      }
    }
    return addresses;
  }

  private static @Nullable String mac(@Nullable String text) {
    return text == null || text.replaceAll("[0:]", "").isEmpty()
        ? null
        : text.toLowerCase(Locale.ROOT);
  }
}
