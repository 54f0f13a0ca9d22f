package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What a vendor's tool says of one RAID adapter, in the same shape for all vendors. */
final class RaidAdapter {
  final Fields about = new Fields();
  final Map<String, Fields> arrays = new LinkedHashMap<>();
  final Map<String, Fields> logicalDrives = new LinkedHashMap<>();
  final Map<String, Fields> physicalDrives = new LinkedHashMap<>();
  final Map<String, Fields> enclosures = new LinkedHashMap<>();

  /** Other names that a tool has for its drives. */
  private final Map<String, String> aliases = new HashMap<>();

  /** Drives of a logical drive, by the logical drive's key. */
  final Map<String, List<String>> members = new LinkedHashMap<>();

  private final Map<String, List<String[]>> placed = new LinkedHashMap<>();

  /** Whether nothing is known of it but itself. */
  boolean isAlone() {
    return about.has("status") && arrays.isEmpty() && physicalDrives.isEmpty();
  }

  Fields drive(String id) {
    return physicalDrives.computeIfAbsent(id, key -> new Fields().put("id", key));
  }

  Fields logical(String id) {
    return logicalDrives.computeIfAbsent(id, key -> new Fields().put("id", key));
  }

  Fields array(String id) {
    return arrays.computeIfAbsent(id, key -> new Fields().put("id", key));
  }

  void alias(String other, String id) {
    aliases.putIfAbsent(other, id);
  }

  void member(String logical, String drive) {
    List<String> drives = members.computeIfAbsent(logical, _ -> new ArrayList<>());
    if (!drives.contains(drive)) {
      drives.add(drive);
    }
  }

  /** A drive that is told by its serial number, which may be masked or left out, and its place. */
  void member(String logical, String serial, String place) {
    placed.computeIfAbsent(logical, _ -> new ArrayList<>()).add(new String[] {serial, place});
  }

  private void find(Map<String, String> bySerial) {
    Map<String, Long> said = new HashMap<>();
    physicalDrives.values().forEach(drive -> said.merge(serial(drive), 1L, Long::sum));
    placed.forEach(
        (logical, drives) -> {
          for (String[] drive : drives) {
            Fields there = physicalDrives.get(aliases.getOrDefault(drive[1], ""));
            String serial = there == null ? "" : serial(there);
            boolean unsure = drive[0].isEmpty() || said.getOrDefault(drive[0], 0L) != 1;
            boolean place =
                there != null
                    && unsure
                    && (drive[0].isEmpty() || serial.equals(drive[0]) || masked(serial));
            String id = place ? aliases.get(drive[1]) : bySerial.get(drive[0]);
            member(logical, id != null ? id : drive[0].isEmpty() ? place(drive[1]) : drive[0]);
          }
        });
    placed.clear();
  }

  private static String serial(Fields drive) {
    return drive.node().path("serial").asString("");
  }

  /** People hide serial numbers before they show an output. */
  private static boolean masked(String serial) {
    return serial.isEmpty() || serial.contains("**") || serial.contains("xxx");
  }

  private static String place(String alias) {
    return alias.replaceFirst("^[CE]", "");
  }

  Fields fields() {
    Map<String, String> bySerial = new HashMap<>(aliases);
    physicalDrives.forEach(
        (id, drive) -> bySerial.put(drive.node().path("serial").asString(id), id));
    find(bySerial);
    members.forEach(
        (logical, drives) ->
            logical(logical)
                .put(
                    "drives",
                    drives.stream().map(one -> bySerial.getOrDefault(one, one)).toList()));
    logicalDrives.values().forEach(this::drivesOfItsArray);
    return new Fields()
        .putAll(about)
        .putUnlessEmpty("arrays", list(arrays.values()))
        .putUnlessEmpty("logical_drives", list(logicalDrives.values()))
        .putUnlessEmpty("physical_drives", list(physicalDrives.values()))
        .putUnlessEmpty("enclosures", list(enclosures.values()));
  }

  /** A logical drive lies on all drives of its array, where nobody says which. */
  private void drivesOfItsArray(Fields logical) {
    String array = logical.node().path("array").asString("");
    if (array.isEmpty() || logical.has("drives")) {
      return;
    }
    List<String> drives = new ArrayList<>();
    for (Fields drive : physicalDrives.values()) {
      if (drive.node().path("array").asString("").equals(array) && !drive.has("spare")) {
        drives.add(drive.node().path("id").asString(""));
      }
    }
    if (!drives.isEmpty()) {
      logical.put("drives", drives);
    }
  }

  private static ArrayNode list(Collection<Fields> all) {
    ArrayNode list = Fields.array();
    all.forEach(one -> list.add(one.node()));
    return list;
  }

  /** The result for all adapters of a tool. */
  static Fields facts(Collection<RaidAdapter> adapters, @Nullable Long declared) {
    long logical = 0;
    long physical = 0;
    long arrays = 0;
    long enclosures = 0;
    ArrayNode list = Fields.array();
    for (RaidAdapter adapter : adapters) {
      JsonNode node = adapter.fields().node();
      list.add(node);
      logical += node.path("logical_drives").size();
      physical += node.path("physical_drives").size();
      arrays += node.path("arrays").size();
      enclosures += node.path("enclosures").size();
    }
    long count = declared == null ? list.size() : Math.max(declared, list.size());
    return new Fields()
        .put(
            "counts",
            new Fields()
                .put("adapters", count)
                .put("arrays", arrays)
                .put("logical_drives", logical)
                .put("physical_drives", physical)
                .put("enclosures", enclosures)
                .node())
        .put("adapters", list);
  }
}
