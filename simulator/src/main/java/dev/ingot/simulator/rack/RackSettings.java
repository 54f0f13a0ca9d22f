package dev.ingot.simulator.rack;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a rack is made of. All else follows from it: names, addresses, serial numbers.
 *
 * @param name tells racks of one machine apart; part of the names of its namespace and cable
 * @param subnet the first three numbers of its network, such as {@code 10.219.0}
 * @param nodes how many machines
 * @param firmware that starts them
 * @param memory of each, in MB
 * @param ports of each machine, on one switch
 * @param disks of each machine, such as {@code virtio:1G}
 * @param bmc whether each has a BMC
 * @param dhcp whether a DHCP server of the rack's own gives addresses
 */
public record RackSettings(
    String name,
    String subnet,
    int nodes,
    Firmware firmware,
    int memory,
    int ports,
    List<Disk> disks,
    boolean bmc,
    boolean dhcp) {
  /** Addresses end at 254, and BMCs have those from 201 on. */
  public static final int MOST_NODES = 50;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,9}");

  /** What starts a machine. */
  public enum Firmware {
    BIOS,
    UEFI
  }

  /**
   * A disk, empty at first.
   *
   * @param size as QEMU writes it: a number with {@code M} or {@code G}
   */
  public record Disk(Bus bus, String size) {
    /** What a disk is attached to. */
    public enum Bus {
      VIRTIO,
      NVME,
      AHCI
    }

    /** Reads {@code virtio:1G}. */
    public static Disk of(String text) {
      String[] parts = text.split(":", -1);
      for (Bus bus : Bus.values()) {
        if (parts.length == 2
            && bus.name().equalsIgnoreCase(parts[0])
            && parts[1].matches("[1-9]\\d{0,3}[MG]")) {
          return new Disk(bus, parts[1]);
        }
      }
      throw new RackException(
          "a disk is virtio, nvme or ahci and its size, such as virtio:1G; not " + text);
    }
  }

  public RackSettings {
    disks = List.copyOf(disks);
    if (!NAME.matcher(name).matches()) {
      throw new RackException(
          "a rack's name is a letter and up to nine letters and digits more, small ones; not "
              + name);
    }
    if (nodes < 1 || nodes > MOST_NODES) {
      throw new RackException("a rack has from 1 to " + MOST_NODES + " machines, not " + nodes);
    }
    if (ports < 1 || ports > 4) {
      throw new RackException("a machine has from 1 to 4 ports, not " + ports);
    }
    if (memory < 512 || memory > 65536) {
      throw new RackException("a machine has from 512 to 65536 MB of memory, not " + memory);
    }
    if (disks.size() > 4) {
      throw new RackException("a machine has at most 4 disks, not " + disks.size());
    }
  }

  /** The same in another network. */
  RackSettings in(String other) {
    return new RackSettings(name, other, nodes, firmware, memory, ports, disks, bmc, dhcp);
  }

  /** The namespace that everything of it lies in. */
  public String namespace() {
    return "ingot-" + name;
  }

  /** The end of its cable on this machine, on which a server answers it. */
  public String cable() {
    return cable(name);
  }

  /** The same of the rack of that name. */
  public static String cable(String name) {
    return "ig-" + name;
  }

  /** This machine's address on it. */
  public String gateway() {
    return subnet + ".1";
  }

  /** All of its machines, from the first. */
  public List<RackMachine> machines() {
    return java.util.stream.IntStream.rangeClosed(1, nodes)
        .mapToObj(number -> new RackMachine(this, number))
        .toList();
  }

  /** The machine with that name. */
  public RackMachine machine(String wanted) {
    return machines().stream()
        .filter(each -> each.name().equals(wanted) || String.valueOf(each.number()).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new RackException(
                    "rack "
                        + name
                        + " has no machine "
                        + wanted
                        + "; it has "
                        + new RackMachine(this, 1).name()
                        + (nodes == 1 ? "" : " to " + new RackMachine(this, nodes).name())));
  }
}
