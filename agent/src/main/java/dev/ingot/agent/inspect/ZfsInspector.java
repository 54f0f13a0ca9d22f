package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.counter;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;

/** ZFS pools, by {@code zpool}. */
final class ZfsInspector implements Inspector {
  @Override
  public String name() {
    return "zfs";
  }

  @Override
  public String meaning() {
    return "a list of imported ZFS pools, by name; empty where the kernel has no ZFS";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("name", "text", "of the pool"),
        identity("guid", "text", "of the pool"),
        config("health", "text", "ONLINE, DEGRADED, …"),
        config("size_bytes", "bytes", "of the pool, parity included"),
        reading("allocated_bytes", "bytes", "in use"),
        reading("free_bytes", "bytes", "not used"),
        config("ashift", "integer", "sectors of 2^ashift bytes; 0 if chosen by itself"),
        config("devices.path", "text", "path in /dev, or the kind of the group"),
        config("devices.depth", "integer", "1 for groups and single disks, 2 for disks of groups"),
        config("devices.state", "text", "ONLINE, FAULTED, …"),
        counter("devices.read_errors", "integer", "since they were cleared"),
        counter("devices.write_errors", "integer", "since they were cleared"),
        counter("devices.checksum_errors", "integer", "since they were cleared"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists("/sys/module")) {
      throw new InspectionFailed("/sys/module is not there");
    }
    if (!machine.exists("/sys/module/zfs")) {
      return Findings.complete(Fields.array());
    }
    List<String> missing = new ArrayList<>();
    try {
      String list =
          machine
              .tools()
              .run("zpool", "list", "-Hp", "-o", "name,guid,health,size,allocated,free,ashift");
      Map<String, ArrayNode> devices = new HashMap<>();
      try {
        devices.putAll(devices(machine.tools().run("zpool", "status", "-LP")));
      } catch (ToolUnavailable e) {
        missing.add(e.reason() + ": devices left out");
      }
      return Findings.of(pools(list, devices), missing);
    } catch (ToolUnavailable e) {
      throw new InspectionFailed(e.reason());
    }
  }

  static ArrayNode pools(String list, Map<String, ArrayNode> devices) {
    ArrayNode pools = Fields.array();
    for (String line : list.split("\n", -1)) {
      String[] parts = line.split("\t", -1);
      if (parts.length == 7) {
        pools.add(
            new Fields()
                .put("name", parts[0])
                .put("guid", parts[1])
                .put("health", parts[2])
                .put("size_bytes", Numbers.parse(parts[3]))
                .put("allocated_bytes", Numbers.parse(parts[4]))
                .put("free_bytes", Numbers.parse(parts[5]))
                .put("ashift", Numbers.parse(parts[6]))
                .putUnlessEmpty("devices", devices.getOrDefault(parts[0], Fields.array()))
                .node());
      }
    }
    return pools;
  }

  /** The tables of {@code zpool status}: two blanks deeper for each level. */
  static Map<String, ArrayNode> devices(String status) {
    Map<String, ArrayNode> byPool = new HashMap<>();
    ArrayNode current = Fields.array();
    boolean table = false;
    for (String line : status.split("\n", -1)) {
      String[] words = line.strip().split("\\s+", -1);
      if (line.strip().startsWith("pool: ")) {
        current = byPool.computeIfAbsent(line.strip().substring(6), _ -> Fields.array());
        table = false;
      } else if (words[0].equals("NAME") && words.length >= 5) {
        table = true;
      } else if (line.isBlank() || line.strip().startsWith("errors:")) {
        table = table && line.isBlank() && current.isEmpty();
      } else if (table && words.length >= 5 && line.startsWith("\t")) {
        int indent = 0;
        while (indent + 1 < line.length() && line.charAt(indent + 1) == ' ') {
          indent++;
        }
        if (indent >= 2) {
          current.add(
              new Fields()
                  .put("path", words[0])
                  .put("depth", Long.valueOf(indent / 2))
                  .put("state", words[1])
                  .put("read_errors", Numbers.parse(words[2]))
                  .put("write_errors", Numbers.parse(words[3]))
                  .put("checksum_errors", Numbers.parse(words[4]))
                  .node());
        }
      }
    }
    return byPool;
  }
}
