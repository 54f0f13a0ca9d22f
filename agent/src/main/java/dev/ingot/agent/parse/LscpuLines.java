package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * lscpu's text as keys and values. On a terminal lscpu breaks long values wherever the line is
 * full, within words too, and goes on below where they began.
 */
final class LscpuLines {
  /** A key of ours and what stands behind it. */
  record Entry(String key, String value) {}

  /** A value on one line or on several, all of them broken at the same column of the terminal. */
  private static final class Value {
    private final String key;
    private final int indent;
    private final int column;
    private final List<String> parts = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();

    private Value(String key, int indent, int column) {
      this.key = key;
      this.indent = indent;
      this.column = column;
    }

    private void add(String part, int end) {
      parts.add(part);
      ends.add(end);
    }

    /** A line that ends before the terminal does had a blank there, which nobody kept. */
    private String text(int width) {
      StringBuilder text = new StringBuilder(parts.getFirst());
      for (int i = 1; i < parts.size(); i++) {
        boolean blank = ends.get(i - 1) < width && !parts.get(i).startsWith(" ");
        text.append(blank ? " " : "").append(parts.get(i));
      }
      return text.toString().strip();
    }
  }

  private LscpuLines() {}

  static List<Entry> read(List<Line> lines, Notes notes) {
    List<Value> values = new ArrayList<>();
    int width = 0;
    for (Line line : lines) {
      if (line.isBlank() || line.isRule()) {
        continue;
      }
      @Nullable Value last = values.isEmpty() ? null : values.getLast();
      String text = line.text();
      // A blank at which the line was full begins the next one.
      if (last != null
          && last.column > last.indent
          && (line.indent() == last.column || line.indent() == last.column + 1)) {
        width = Math.max(width, last.ends.getLast());
        last.add(" ".repeat(line.indent() - last.column) + text, columns(line.raw()));
        continue;
      }
      int end = end(text);
      String key = end > 0 ? LscpuWords.key(text.substring(0, end)) : null;
      if (key != null) {
        int from = end;
        while (from < text.length() && (colon(text.charAt(from)) || blank(text.charAt(from)))) {
          from++;
        }
        int before = line.raw().length() - text.length();
        boolean tabs = line.raw().indexOf('\t') >= 0;
        int column = columns(line.raw().substring(0, before + from));
        Value value = new Value(key, line.indent(), tabs || from == text.length() ? 0 : column);
        value.add(text.substring(from), columns(line.raw()));
        values.add(value);
      } else if (last != null && line.indent() > last.indent && end <= 0) {
        // Somebody else broke it, between words.
        last.add(" " + text.substring(end + 1), columns(line.raw()));
      } else {
        notes.line(line);
      }
    }
    List<Entry> entries = new ArrayList<>();
    int flaws = -1;
    for (Value value : values) {
      String text = value.text(width);
      flaws = flaws >= 0 && value.indent > flaws ? flaws : -1;
      entries.add(new Entry(flaws < 0 ? value.key : LscpuParser.FLAW + value.key, text));
      flaws = value.key.equals("vulnerabilities") && text.isEmpty() ? value.indent : flaws;
    }
    return entries;
  }

  /** Where the head ends: at its colon, or before blanks where a language has none; else -1. */
  private static int end(String text) {
    int colon = Block.colon(text);
    for (int i = 0; i < text.length(); i++) {
      if (colon(text.charAt(i)) && text.charAt(i) != ':') {
        return colon >= 0 && colon < i ? colon : i;
      }
    }
    int blanks = text.indexOf("  ");
    return colon < 0 && blanks > 0 && LscpuWords.isHead(text.substring(0, blanks)) ? blanks : colon;
  }

  private static boolean colon(char c) {
    return c == ':' || c == '\uff1a' || c == '\ufe30';
  }

  private static boolean blank(char c) {
    return c == ' ' || c == '\t' || c == '\u00a0';
  }

  /** How far a text goes on a terminal, where a Chinese or Japanese character has two columns. */
  private static int columns(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean wide =
          (c >= 0x1100 && c <= 0x115f)
              || (c >= 0x2e80 && c <= 0xa4cf)
              || (c >= 0xac00 && c <= 0xd7a3)
              || (c >= 0xf900 && c <= 0xfaff)
              || (c >= 0xfe30 && c <= 0xfe6f)
              || (c >= 0xff00 && c <= 0xff60)
              || (c >= 0xffe0 && c <= 0xffe6);
      columns += wide ? 2 : 1;
    }
    return columns;
  }
}
