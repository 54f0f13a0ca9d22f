package dev.ingot.agent.parse;

/**
 * Commas put where they are missing and left out where they are too many. {@code lshw -json} wrote
 * such until B.02.19, with a class asked for ({@code {…}, {…}} without brackets) and between
 * children.
 */
final class JsonRepair {
  private final String json;
  private final StringBuilder out = new StringBuilder();
  private int depth;

  private JsonRepair(String json) {
    this.json = json;
  }

  static String repair(String json) {
    return new JsonRepair(json).repaired();
  }

  private String repaired() {
    int at = 0;
    while (at < json.length()) {
      char c = json.charAt(at);
      if (c == '"') {
        int end = end(at);
        comma();
        out.append(json, at, end);
        at = end;
        continue;
      }
      switch (c) {
        case '{', '[' -> {
          comma();
          depth++;
          out.append(c);
        }
        case '}', ']' -> {
          withoutComma();
          depth--;
          out.append(c);
        }
        case ',' -> {
          // Between values of the root there are none; and there is one, not two.
          if (depth > 0 && !endsWith(',')) {
            out.append(c);
          }
        }
        default -> out.append(c);
      }
      at++;
    }
    return out.toString();
  }

  /** The end of a string, behind its last quote. */
  private int end(int from) {
    int at = from + 1;
    while (at < json.length() && json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(json.length(), at + 1);
  }

  /** A value or key begins: the value before it needs a comma behind. */
  private void comma() {
    if (depth > 0 && (endsWith('}') || endsWith(']') || endsWith('"'))) {
      out.append(',');
    }
  }

  private void withoutComma() {
    int last = last();
    if (last >= 0 && out.charAt(last) == ',') {
      out.deleteCharAt(last);
    }
  }

  private boolean endsWith(char c) {
    int last = last();
    return last >= 0 && out.charAt(last) == c;
  }

  private int last() {
    int last = out.length() - 1;
    while (last >= 0 && Character.isWhitespace(out.charAt(last))) {
      last--;
    }
    return last;
  }
}
