package dev.ingot.agent.parse;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a node of lshw is, where its class alone does not tell. */
final class LshwKinds {
  private LshwKinds() {}

  /**
   * A port of a chipset is a bridge with an interface, a disk of a hypervisor or a card a device.
   */
  static String of(JsonNode node) {
    String said = node.path("class").asString("");
    String name = name(node);
    if (!name.isEmpty() && (said.equals("generic") || said.equals("bridge"))) {
      String description = node.path("description").asString("");
      boolean ethernet = Text.matches(description, "(?i).*\\bethernet\\b.*");
      if (!name.startsWith("/") && (isPort(description) || (said.equals("bridge") && ethernet))) {
        return "network";
      }
      if (Text.matches(name, "/dev/(?:vd[a-z]+|mmcblk\\d+)")) {
        return "disk";
      }
    }
    return said;
  }

  static boolean isPort(String description) {
    return Text.matches(description, "(?i)(?:ethernet|wireless) interface");
  }

  private static String name(JsonNode node) {
    return JsonFields.list(node.path("logicalname")).stream()
        .map(each -> each.asString(""))
        .findFirst()
        .orElse("");
  }

  /** A co-processor of a chipset, which is no CPU. */
  static boolean isHelper(JsonNode node) {
    String said = node.path("description").asString("") + ' ' + node.path("product").asString("");
    return node.path("businfo").asString("").startsWith("pci@")
        || Text.matches(said, "(?i).*\\bco-?processor\\b.*");
  }

  /** A namespace's sensor and its character device, which lshw lists as disks beside it. */
  static boolean isCompanion(JsonNode node) {
    return Text.matches(name(node), "hwmon\\d+|/dev/ng\\d+n\\d+");
  }

  /** A hypervisor that does not tell the microcode gives all ones. */
  static @Nullable String microcode(JsonNode configuration) {
    String said = JsonFields.text(configuration, "microcode");
    return "4294967295".equals(said) ? null : said;
  }

  /** A virtio interface is told of below the PCI device that it belongs to, which has no name. */
  static boolean completes(@Nullable ArrayNode adapters, ObjectNode found) {
    if (adapters == null
        || adapters.isEmpty()
        || !(adapters.get(adapters.size() - 1) instanceof ObjectNode device)
        || !device.path("logical_names").isEmpty()) {
      return false;
    }
    String path = device.path("id").asString("");
    boolean below = path.startsWith("/") && found.path("id").asString("").startsWith(path + "/");
    boolean behind =
        device.path("bus").asString("").startsWith("pci@")
            && found.path("bus").asString("").startsWith("virtio@");
    if (!below && !behind) {
      return false;
    }
    found.forEachEntry(
        (key, value) -> {
          if (!device.has(key) || key.equals("logical_names") || key.equals("driver")) {
            device.set(key, value);
          }
        });
    return true;
  }
}
