package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Network interfaces but loopback, from {@code /sys/class/net}; addresses by {@code ip}. */
final class InterfacesInspector implements Inspector {
  @Override
  public String name() {
    return "interfaces";
  }

  @Override
  public String meaning() {
    return "a list of network interfaces but loopback, in the order that the kernel met them";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("devname", "text", "the kernel's name of the interface"),
        config("address", "MAC", "in use, lower case with colons"),
        identity("permanent_address", "MAC", "that the hardware was made with, where it is said"),
        config("address_assignment", "text", "permanent, random, stolen or set"),
        config("physical", "true or false", "a device is behind it; not a virtual function"),
        config("embedded", "true or false", "on the board, says the firmware"),
        config("kind", "text", "bond, bridge, vlan, …, for interfaces made by software"),
        reading("carrier", "true or false", "link"),
        reading("speed", "Mb/s", "while there is link"),
        reading("duplex", "text", "full or half, while there is link"),
        config("mtu", "bytes", "largest packet"),
        config("master", "text", "the bond or bridge that it is part of"),
        config("bond.mode", "text", "of a bond: 802.3ad, active-backup, …"),
        config("bond.members", "list of text", "of a bond"),
        config("vlan_id", "integer", "of a VLAN interface; root only"),
        config("sriov.virtual_functions", "integer", "that are switched on"),
        config("sriov.maximum", "integer", "that the device could have"),
        config("rdma_devices", "list of text", "the kernel's names of its RDMA devices"),
        config("physical_port", "text", "name of the port on a device with several"),
        config("dev_port", "integer", "which port of its device, from 0"),
        config("driver", "text", "the kernel's driver"),
        config("driver_version", "text", "version of the driver"),
        config("firmware", "text", "version of the device's firmware"),
        config("port", "text", "kind of the port: Twisted Pair, FIBRE, Direct Attach Copper, …"),
        config("auto_negotiation", "true or false", "speed is agreed with the other end"),
        config("supported_link_modes", "list of text", "that the port can do"),
        config("wake_on", "text", "ethtool's letters of what may wake the machine; d: nothing"),
        config(
            "firmware_keeps_lldp",
            "true or false",
            "the device's firmware keeps LLDP frames to itself, so that no switch is seen here"),
        config("transceiver.form", "text", "SFP, QSFP28, …"),
        config("transceiver.type", "text", "10G Ethernet: 10G Base-SR and the like"),
        config("transceiver.connector", "text", "LC, No separable connector, …"),
        config("transceiver.vendor", "text", "who made it"),
        config("transceiver.part_number", "text", "what it is called"),
        config("transceiver.revision", "text", "of the part"),
        identity("transceiver.serial", "text", "serial number"),
        config("transceiver.date_code", "text", "when it was made"),
        config("transceiver.wavelength_nanometres", "nanometres", "of the laser"),
        config("transceiver.length_copper_metres", "metres", "of the cable that is part of it"),
        reading("transceiver.temperature_celsius", "degrees Celsius", "of the module"),
        reading("transceiver.transmit_power", "text", "of the laser"),
        reading("transceiver.receive_power", "text", "of the light that arrives"),
        config("pci_slot", "text", "domain:bus:device.function"),
        config("pci_class", "hexadecimal text", "class, subclass, programming interface"),
        config("pci_id", "hexadecimal text", "vendor:device"),
        config("pci_subsystem_id", "hexadecimal text", "subsystem vendor:device"),
        config("vendor_name", "text", "who made the device; needs lspci"),
        config("model_name", "text", "what the device is called; needs lspci"),
        config("predictable_names.biosdevname", "text", "em1, … for ports on the board"),
        config("predictable_names.systemd_udev", "text", "by PCI path"),
        config("predictable_names.systemd_onboard", "text", "by the firmware's number"),
        config("predictable_names.systemd_mac", "text", "by permanent MAC"),
        config("predictable_names.systemd_slot", "text", "by slot number"),
        config("address_info", "list", "IPv4 addresses"),
        config("address_info.addr", "text", "address"),
        config("address_info.netmask", "text", "dotted"),
        config("address_info.prefix", "bits", "the same as a length"),
        config("address_info.broadcast", "text", "broadcast address"),
        config("address_info.peer", "text", "the other end of a point-to-point link"),
        config("address_info_v6", "list", "IPv6 addresses but temporary ones"),
        config("address_info_v6.addr", "text", "address"),
        config("address_info_v6.prefix", "bits", "length of the prefix"),
        config("address_info_v6.scope", "text", "global, link, …"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists(NetworkPort.FOLDER)) {
      throw new InspectionFailed(NetworkPort.FOLDER + " is not there");
    }
    List<String> missing = new ArrayList<>();
    IpLinks links = links(machine, missing);
    List<NetworkPort> ports = NetworkPort.all(machine, links);
    Map<String, PciNames> names = Map.of();
    if (ports.stream().anyMatch(port -> port.pciSlot() != null)) {
      try {
        names = PciNames.ask(machine);
      } catch (ToolUnavailable e) {
        missing.add(e.reason() + ": vendor_name, model_name left out");
      }
    }
    ArrayNode list = Fields.array();
    Map<String, ObjectNode> physical = new LinkedHashMap<>();
    for (NetworkPort port : ports) {
      ObjectNode one = describe(machine, port, links.byName().get(port.name()), names);
      if (port.physical()) {
        physical.put(port.name(), one);
      }
      list.add(one);
    }
    new PortTools(machine, missing).addAll(physical);
    return Findings.of(list, missing);
  }

  private static IpLinks links(Machine machine, List<String> missing) {
    try {
      return IpLinks.parse(machine.tools().run("ip", "-j", "-d", "address", "show"));
    } catch (ToolUnavailable e) {
      missing.add(e.reason() + ": kind, some permanent_address left out");
    }
    try {
      if (machine.isLocal()) {
        return JdkAddresses.read();
      }
      missing.add("address_info left out");
    } catch (IOException e) {
      missing.add("address_info left out: " + e.getMessage());
    }
    return IpLinks.NONE;
  }

  private static ObjectNode describe(
      Machine machine, NetworkPort port, IpLinks.@Nullable Link link, Map<String, PciNames> names) {
    String folder = port.folder();
    boolean carrier = "1".equals(machine.text(folder + "/carrier"));
    Fields fields =
        new Fields()
            .put("devname", port.name())
            .put("address", port.address())
            .put("permanent_address", port.permanentAddress())
            .put("address_assignment", port.assignment())
            .put("physical", port.physical())
            .put("embedded", port.embedded(machine))
            .put("kind", link == null ? null : link.kind())
            .put("carrier", carrier)
            .put("speed", carrier ? speed(machine.number(folder + "/speed")) : null)
            .put("duplex", carrier ? duplex(machine.text(folder + "/duplex")) : null)
            .put("mtu", machine.number(folder + "/mtu"))
            .put("dev_port", port.physical() ? machine.number(folder + "/dev_port") : null)
            .put("driver", machine.linkName(folder + "/device/driver"));
    PortExtras.add(machine, port, fields);
    if (port.pciSlot() != null) {
      pci(machine, port.pciSlot(), names.get(port.pciSlot()), fields);
    }
    fields.putUnlessEmpty("predictable_names", PredictableNames.of(machine, port));
    if (link != null) {
      fields.put("address_info", link.addresses()).put("address_info_v6", link.addresses6());
    }
    return fields.node();
  }

  private static void pci(Machine machine, String slot, @Nullable PciNames names, Fields fields) {
    Map<String, String> event = PciInspector.uevent(machine, slot);
    fields
        .put("pci_slot", slot)
        .put("pci_class", event.get("PCI_CLASS"))
        .put("pci_id", event.get("PCI_ID"))
        .put("pci_subsystem_id", event.get("PCI_SUBSYS_ID"))
        .put("vendor_name", names == null ? null : names.vendor())
        .put("model_name", names == null ? null : names.device());
  }

  /** SPEED_UNKNOWN is -1, which some kernels print unsigned. */
  private static @Nullable Long speed(@Nullable Long speed) {
    return speed == null || speed <= 0 || speed >= 0xffff_ffffL ? null : speed;
  }

  private static @Nullable String duplex(@Nullable String duplex) {
    return "unknown".equals(duplex) ? null : duplex;
  }
}
