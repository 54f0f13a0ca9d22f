package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;

/** What was not understood, bounded. */
final class Notes {
  private static final int MOST = 500;
  private static final int LONGEST = 300;

  private final List<String> notes = new ArrayList<>();
  private int more;

  void add(String note) {
    if (notes.size() == MOST) {
      more++;
      return;
    }
    notes.add(Text.shown(note, LONGEST));
  }

  void line(Line line) {
    if (!line.text().isEmpty()) {
      add("line " + line.number() + ": " + line.text());
    }
  }

  /** Takes back what was said of the first lines: they were understood otherwise. */
  void withoutLinesBefore(int number) {
    notes.removeIf(
        note -> {
          Long line = note.startsWith("line ") ? Text.number(note) : null;
          return line != null && line < number;
        });
  }

  List<String> list() {
    List<String> all = new ArrayList<>(notes);
    if (more > 0) {
      all.add("and " + more + " more");
    }
    return all;
  }

  /** The result, or the failure if there is no fact. */
  Parsed result(String tool, Fields facts) throws ParseFailure {
    if (facts.isEmpty()) {
      throw new ParseFailure(
          "nothing of " + tool + " in it" + (notes.isEmpty() ? "" : "; first " + notes.getFirst()));
    }
    return new Parsed(facts.node(), list());
  }
}
