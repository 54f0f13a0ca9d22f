package dev.ingot.server.inventory.history;

import dev.ingot.core.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A machine whose parts come, go, move and are reported in any order. */
final class RandomMachine {
  private static int serials;

  private final Random random;
  final List<ObjectNode> disks = new ArrayList<>();
  final List<ObjectNode> dimms = new ArrayList<>();
  private final List<ObjectNode> ports = new ArrayList<>();
  private final List<Integer> plain = new ArrayList<>();
  private long memory = 64L << 30;
  private int bios = 1;
  private boolean raid;

  RandomMachine(Random random) {
    this.random = random;
    for (int i = 0; i < 4; i++) {
      disks.add(object().put("device", "/dev/sd" + (char) ('a' + i)).put("serial", serial("DISK")));
      dimms.add(object().put("locator", "A" + i).put("size", 16L << 30).put("serial", serial("D")));
      ports.add(
          object()
              .put("devname", "eth" + i)
              .put("permanent_address", "3c:fd:fe:00:%02x:%02x".formatted(random.nextInt(256), i))
              .put("pci_slot", "0000:3b:00." + i));
    }
    ports.add(object().put("devname", "br0").put("physical", false));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static String serial(String kind) {
    return kind + "%06d".formatted(++serials);
  }

  /** Something happens; other machines are where disks come from and go to. */
  void happens(List<RandomMachine> all) {
    switch (random.nextInt(12)) {
      case 0 -> bios++;
      case 1 -> memory -= 1L << 30;
      case 2 -> Collections.shuffle(disks, random);
      case 3 -> Collections.shuffle(ports, random);
      case 4 -> move(disks, all.get(random.nextInt(all.size())).disks);
      case 5 -> move(dimms, all.get(random.nextInt(all.size())).dimms);
      case 6 -> {
        int at = random.nextInt(ports.size());
        ports.get(at).put("mtu", 1500 + random.nextInt(3));
      }
      case 7 -> {
        if (!dimms.isEmpty()) {
          dimms.get(random.nextInt(dimms.size())).put("locator", "B" + random.nextInt(4));
        }
      }
      case 8 -> plain.add(random.nextInt(plain.size() + 1), random.nextInt(3));
      case 9 -> {
        if (!plain.isEmpty()) {
          plain.remove(random.nextInt(plain.size()));
        }
      }
      case 10 -> raid = !raid;
      default -> disks.add(object().put("device", "/dev/sdx").put("serial", serial("DISK")));
    }
  }

  private void move(List<ObjectNode> from, List<ObjectNode> to) {
    if (!from.isEmpty()) {
      ObjectNode part = from.remove(random.nextInt(from.size()));
      to.add(random.nextInt(to.size() + 1), part);
    }
  }

  /** As an agent reports it now: with readings that are never twice the same. */
  ObjectNode document() {
    ObjectNode document = object();
    document.putObject("mem").put("MemTotal", memory).put("MemFree", random.nextInt());
    document.putObject("dmi").put("bios_version", "v" + bios);
    document.set("os_storage", list(disks));
    document.putObject("memory").set("dimms", list(dimms));
    document.set("interfaces", list(ports));
    document.putObject("list").set("numbers", Json.MAPPER.valueToTree(plain));
    if (raid) {
      ObjectNode adapter = document.putArray("raid").addObject().put("name", "P440ar");
      adapter.putObject("configuration").putArray("unassigned").add(object().put("bay", bios % 3));
    }
    return document;
  }

  private static ArrayNode list(List<ObjectNode> elements) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    elements.forEach(element -> array.add(element.deepCopy()));
    return array;
  }
}
