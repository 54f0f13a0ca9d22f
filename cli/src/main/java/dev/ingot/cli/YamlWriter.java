package dev.ingot.cli;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** JSON values as YAML 1.2 in block style; strings are quoted wherever they could be misread. */
final class YamlWriter {
  /** Safe without quotes in YAML 1.1 and 1.2: no number, no date, no word that means something. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_/][A-Za-z0-9_./@ +-]*[A-Za-z0-9_/]|[A-Za-z_]");

  private static final Pattern WORD =
      Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null|nan|\\.inf");

  private YamlWriter() {}

  static String write(JsonNode value) {
    StringBuilder out = new StringBuilder();
    if (value.isContainer() && !value.isEmpty()) {
      block(value, 0, false, out);
    } else {
      out.append(scalar(value)).append('\n');
    }
    return out.toString();
  }

  /**
   * Writes a group or a list.
   *
   * @param inline the first line continues one that has begun with "- "
   */
  private static void block(JsonNode value, int indent, boolean inline, StringBuilder out) {
    boolean[] begun = {inline};
    if (value.isArray()) {
      for (JsonNode item : value) {
        margin(indent, begun, out);
        out.append("- ");
        if (item.isContainer() && !item.isEmpty()) {
          block(item, indent + 1, true, out);
        } else {
          out.append(scalar(item)).append('\n');
        }
      }
      return;
    }
    value.forEachEntry(
        (key, item) -> {
          margin(indent, begun, out);
          out.append(text(key)).append(':');
          if (item.isContainer() && !item.isEmpty()) {
            out.append('\n');
            block(item, indent + 1, false, out);
          } else {
            out.append(' ').append(scalar(item)).append('\n');
          }
        });
  }

  private static void margin(int indent, boolean[] begun, StringBuilder out) {
    if (!begun[0]) {
      out.append("  ".repeat(indent));
    }
    begun[0] = false;
  }

  private static String scalar(JsonNode value) {
    if (value.isContainer()) {
      return value.isArray() ? "[]" : "{}";
    }
    return value.isString() ? text(value.asString()) : value.toString();
  }

  private static String text(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !WORD.matcher(text).matches();
    // A JSON string is a YAML double-quoted one.
    return plain ? text : Output.MAPPER.writeValueAsString(text);
  }
}
