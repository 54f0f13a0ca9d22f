package dev.ingot.agent.parse;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code smartctl} -i, -H, -A, -a, -x of ATA, SCSI and NVMe devices, with -j (as JSON, YAML or
 * assignments) or as text of versions 5.36 to 7.x, several outputs after each other; and {@code
 * --scan}.
 */
public final class SmartctlParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode devices = Fields.array();
    ArrayNode scanned = Fields.array();
    if (SmartctlTree.looksLike(text)) {
      for (JsonNode root : SmartctlTree.read(Line.of(text), notes)) {
        SmartctlJson.read(root, devices, scanned, notes);
      }
    } else if (JsonText.looksLike(text)) {
      for (JsonNode root : JsonFields.list(JsonText.read(text, notes))) {
        SmartctlJson.read(root, devices, scanned, notes);
      }
    } else {
      SmartctlText.read(Line.of(text), devices, scanned, notes);
    }
    Fields facts = new Fields();
    if (!devices.isEmpty() || !scanned.isEmpty()) {
      facts.put(
          "counts",
          new Fields()
              .put("devices", (long) devices.size())
              .put("scanned", scanned.isEmpty() ? null : Long.valueOf(scanned.size()))
              .node());
    }
    facts.putUnlessEmpty("devices", devices).putUnlessEmpty("scanned", scanned);
    return notes.result("smartctl", facts);
  }

  /** One device's facts, for the inspectors. */
  public static Parsed read(String text) throws ParseFailure {
    return new SmartctlParser().parse(text);
  }
}
