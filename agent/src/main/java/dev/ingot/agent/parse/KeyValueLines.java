package dev.ingot.agent.parse;

import java.util.List;

/** Outputs that are one table of {@code Key: value}. */
final class KeyValueLines {
  private KeyValueLines() {}

  /** All lines of one level; a line without a key but deeper goes to the value before it. */
  static Block read(List<Line> lines, Notes notes) {
    Block block = new Block();
    String last = "";
    int indent = 0;
    for (Line line : lines) {
      if (line.isBlank() || line.isRule()) {
        continue;
      }
      int colon = Block.colon(line.text());
      boolean more = !last.isEmpty() && line.indent() > indent && (colon == 0 || colon < 0);
      if (more) {
        block.append(last, line.text().substring(colon + 1));
      } else if (block.add(line.text())) {
        last = line.text().substring(0, colon);
        indent = line.indent();
      } else {
        notes.line(line);
      }
    }
    return block;
  }
}
