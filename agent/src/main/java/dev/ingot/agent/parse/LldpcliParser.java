package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code lldpcli show neighbors} (also {@code lldpctl}) with -f keyvalue, json, json0, xml or
 * plain, and {@code lldptool -t -n}.
 */
final class LldpcliParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    List<LldpNeighbour> neighbours = new ArrayList<>();
    boolean answered = false;
    String start = text.stripLeading();
    if (start.startsWith("<?xml") || start.startsWith("<lldp")) {
      JsonNode root = XmlTree.read(start, notes);
      answered = root.path("name").asString("").equals("lldp");
      LldpXml.read(root, neighbours);
    } else if (JsonText.looksLike(text)) {
      for (JsonNode root : JsonFields.list(JsonText.read(text, notes))) {
        answered |= root.has("lldp");
        LldpJson.read(root, neighbours);
      }
    } else if (text.contains("lldp.") && text.contains("=")) {
      keyValues(text, neighbours, notes);
    } else {
      answered = LldpPlain.read(Line.of(text), neighbours, notes);
    }
    if (neighbours.removeIf(one -> one.local)) {
      notes.add("ports as lldpd itself has them, which are no neighbours");
      answered = !neighbours.isEmpty();
    }
    Fields facts = new Fields();
    if (answered || !neighbours.isEmpty()) {
      ArrayNode list = Fields.array();
      neighbours.forEach(one -> list.add(one.node()));
      long ports = neighbours.stream().map(one -> one.port).distinct().count();
      facts
          .put(
              "counts",
              new Fields().put("neighbours", (long) list.size()).put("interfaces", ports).node())
          .put("neighbours", list);
    }
    return notes.result("lldpcli", facts);
  }

  /**
   * {@code lldp.eno1.chassis.mac=…}; a value may go over several lines; names of ports may have
   * dots.
   */
  private static void keyValues(String text, List<LldpNeighbour> all, Notes notes) {
    Map<String, LldpNeighbour> current = new LinkedHashMap<>();
    LldpValues last = new LldpValues();
    for (Line line : Line.of(text)) {
      String said = line.text();
      int equals = said.indexOf('=');
      if (line.isBlank()) {
        continue;
      }
      if (!said.startsWith("lldp.") || equals < 0) {
        if (!last.more(said)) {
          notes.line(line);
        }
        continue;
      }
      String key = said.substring(5, equals);
      String value = said.substring(equals + 1);
      int end = end(key);
      if (end <= 0) {
        notes.line(line);
        continue;
      }
      String port = key.substring(0, end);
      String field = key.substring(end + 1);
      LldpNeighbour neighbour = current.get(port);
      if (neighbour == null || (field.equals("via") && neighbour.protocol != null)) {
        // The next neighbour on the same port.
        neighbour = new LldpNeighbour(port);
        current.put(port, neighbour);
        all.add(neighbour);
      }
      last.put(neighbour, field, value);
    }
    last.end();
  }

  /** Where the name of the port ends: before the first part that lldpd has. */
  private static int end(String key) {
    Set<String> parts =
        Set.of(
            "via",
            "status",
            "rid",
            "age",
            "chassis",
            "port",
            "vlan",
            "ppvid",
            "pi",
            "lldp-med",
            "unknown-tlvs",
            "ttl",
            "power",
            "dot3",
            "aggregation",
            "mfs");
    int from = 0;
    while (from < key.length()) {
      int dot = key.indexOf('.', from);
      if (dot < 0) {
        return -1;
      }
      int next = key.indexOf('.', dot + 1);
      if (parts.contains(key.substring(dot + 1, next < 0 ? key.length() : next))) {
        return dot;
      }
      from = dot + 1;
    }
    return -1;
  }
}
