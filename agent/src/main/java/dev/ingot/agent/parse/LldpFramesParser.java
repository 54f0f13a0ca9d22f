package dev.ingot.agent.parse;

import java.util.HexFormat;
import tools.jackson.databind.node.ArrayNode;

/**
 * Frames that our own receiver heard: a line each, the port's name and the bytes as hexadecimal.
 */
final class LldpFramesParser implements OutputParser {
  /** What the receiver says when it heard nothing. */
  static final String NOTHING = "no frames";

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode neighbours = Fields.array();
    boolean understood = false;
    for (Line line : Line.of(text)) {
      int space = line.text().indexOf(' ');
      if (line.isBlank()) {
        continue;
      }
      if (line.text().equals(NOTHING)) {
        understood = true;
        continue;
      }
      try {
        byte[] frame = HexFormat.of().parseHex(line.text().substring(space + 1).strip());
        neighbours.add(LldpFrame.read(line.text().substring(0, Math.max(0, space)), frame).node());
        understood = true;
      } catch (IllegalArgumentException e) {
        notes.line(line);
      } catch (ParseFailure e) {
        notes.add("line " + line.number() + ": " + e.reason());
      }
    }
    Fields facts = new Fields();
    if (understood) {
      facts.put("counts", new Fields().put("neighbours", (long) neighbours.size()).node());
      facts.put("neighbours", neighbours);
    }
    return notes.result("lldp-frames", facts);
  }
}
