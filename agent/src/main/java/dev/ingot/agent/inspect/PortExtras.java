package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a port is part of, and what it can be split into. */
final class PortExtras {
  private PortExtras() {}

  static void add(Machine machine, NetworkPort port, Fields fields) {
    String folder = port.folder();
    fields
        .put("master", machine.linkName(folder + "/master"))
        .put("physical_port", machine.text(folder + "/phys_port_name"))
        .put("vlan_id", vlan(machine, port.name()));
    String mode = machine.text(folder + "/bonding/mode");
    String members = machine.text(folder + "/bonding/slaves");
    if (mode != null) {
      // "802.3ad 4": the name and the driver's number.
      Fields bond = new Fields().put("mode", mode.replaceFirst(" .*", ""));
      if (members != null) {
        bond.put("members", List.of(members.split(" +", -1)));
      }
      fields.put("bond", bond.node());
    }
    Fields functions =
        new Fields()
            .put("virtual_functions", machine.number(folder + "/device/sriov_numvfs"))
            .put("maximum", machine.number(folder + "/device/sriov_totalvfs"));
    fields.putUnlessEmpty("sriov", functions.node());
    List<String> rdma = port.physical() ? machine.list(folder + "/device/infiniband") : List.of();
    if (!rdma.isEmpty()) {
      fields.put("rdma_devices", rdma);
    }
  }

  /** {@code eth0.100 VID: 100 REORDER_HDR: 1 …}. */
  private static @Nullable Long vlan(Machine machine, String name) {
    String text = machine.text("/proc/net/vlan/" + name);
    int at = text == null ? -1 : text.indexOf("VID: ");
    if (text == null || at < 0) {
      return null;
    }
    return dev.ingot.agent.parse.Numbers.parse(
        text.substring(at + 5).replaceFirst("\\D.*(?s:.*)", ""));
  }
}
