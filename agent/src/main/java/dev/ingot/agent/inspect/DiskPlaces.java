package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a disk is plugged in, and which part of an NVMe subsystem it is. */
final class DiskPlaces {
  private static final Pattern HCTL = Pattern.compile(".*/(\\d+:\\d+:\\d+:\\d+)/block/.*");
  private static final Pattern CONTROLLER = Pattern.compile(".*/(nvme\\d+)/.*");
  private static final String ENCLOSURE = "enclosure_device:";

  private DiskPlaces() {}

  static Fields of(Machine machine, String name, String real) {
    Fields fields = new Fields();
    Matcher hctl = HCTL.matcher(real);
    if (hctl.matches()) {
      fields.put("hctl", hctl.group(1));
      String device = "/sys/block/" + name + "/device";
      for (String entry : machine.list(device)) {
        if (entry.startsWith(ENCLOSURE)) {
          String slot = machine.text(device + "/" + entry + "/slot");
          fields.put("bay", slot == null ? entry.substring(ENCLOSURE.length()) : slot);
        }
      }
    }
    if (name.startsWith("nvme")) {
      Matcher controller = CONTROLLER.matcher(real);
      fields.putUnlessEmpty(
          "nvme",
          new Fields()
              .put("controller", controller.matches() ? controller.group(1) : null)
              .put("namespace", machine.number("/sys/block/" + name + "/nsid"))
              .put("subsystem", machine.text("/sys/block/" + name + "/device/subsysnqn"))
              .node());
    }
    return fields;
  }
}
