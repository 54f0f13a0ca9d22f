package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /proc/mdstat} (Linux, drivers/md/md.c, md_seq_show). */
final class MdstatParser implements OutputParser {
  private static final Pattern ARRAY = Pattern.compile("(md\\S*|[\\w.-]+) : (.*)");
  private static final Pattern MEMBER = Pattern.compile("(\\S+?)\\[(\\d+)]((?:\\([A-Z]\\))*)");

  /** The end of a line that a mail wrapped. */
  private static final Pattern WRAPPED = Pattern.compile("((?:\\[\\d+/\\d+] )?\\[[U_]+])(?: .*)?");

  /** Lines of an array whose margin a page took away. */
  private static final Pattern FLAT =
      Pattern.compile(
          "\\d+ blocks\\b.*|\\[[=>.]+] .*%.*|bitmap: .*|\\w+ *= *(?:DELAYED|PENDING|REMOTE)");

  /** The end of the list of personalities, and the first array on the same line. */
  private static final Pattern JOINED =
      Pattern.compile("((?:\\[[a-z]\\w+] ?)+)((?:md\\S* : (?:in)?active .*)?)");

  private static final Pattern STATE = Pattern.compile("\\[([U_]+)]");
  private static final Pattern COUNTS = Pattern.compile("\\[(\\d+)/(\\d+)]");
  private static final Pattern PROGRESS =
      Pattern.compile(
          "(recovery|resync|reshape|check|repair) *= *([0-9.]+)% \\((\\d+)/(\\d+)\\)(?:"
              + " finish=([0-9.]+)min)?(?: speed=(\\d+)K/sec)?");

  private static final long BLOCK = 1024;

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Fields facts = new Fields();
    ArrayNode arrays = Fields.array();
    boolean header = false;
    @Nullable ObjectNode current = null;
    for (Line line : Line.of(text)) {
      Matcher joined = JOINED.matcher(line.text());
      String said = joined.matches() ? String.valueOf(joined.group(2)) : line.text();
      if (joined.matches()
          && arrays.isEmpty()
          && facts.node().path("personalities") instanceof ArrayNode named) {
        // A mail wrapped their list.
        personalities(String.valueOf(joined.group(1))).forEach(named::add);
      }
      Matcher array = ARRAY.matcher(said);
      if (said.isEmpty()) {
        continue;
      } else if (said.startsWith("Personalities")) {
        header = true;
        facts.put("personalities", personalities(said));
      } else if (said.startsWith("unused devices:")) {
        header = true;
        String unused = Text.known(said.substring(15).replace("<none>", ""));
        facts.put("unused_devices", Text.parts(unused, " "));
      } else if (line.indent() == 0
          && array.matches()
          && !said.startsWith("#")
          && said.contains(" : ")
          && isArray(String.valueOf(array.group(2)))) {
        current = array(String.valueOf(array.group(1)), String.valueOf(array.group(2)));
        arrays.add(current);
      } else if (current == null
          || (line.indent() == 0
              && !WRAPPED.matcher(said).matches()
              && !FLAT.matcher(said).matches())
          || !detail(said, current)) {
        notes.line(line);
      }
    }
    if (header || !arrays.isEmpty()) {
      facts.put("counts", new Fields().put("arrays", (long) arrays.size()).node());
      facts.put("arrays", arrays);
    }
    return notes.result("mdstat", facts);
  }

  private static boolean isArray(String rest) {
    return rest.startsWith("active") || rest.startsWith("inactive") || rest.startsWith("broken");
  }

  private static List<String> personalities(String line) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile("\\[([\\w-]+)]").matcher(line);
    while (matcher.find()) {
      found.add(String.valueOf(matcher.group(1)));
    }
    return found;
  }

  /** {@code active (auto-read-only) raid1 sdb1[1] sda1[0](F)}. */
  private static ObjectNode array(String name, String rest) {
    ArrayNode members = Fields.array();
    Fields fields = new Fields().put("device", name);
    long spares = 0;
    long failed = 0;
    boolean state = true;
    for (String word : Text.parts(rest, " ")) {
      Matcher member = MEMBER.matcher(word);
      if (member.matches()) {
        String marks = String.valueOf(member.group(3));
        spares += marks.contains("(S)") ? 1 : 0;
        failed += marks.contains("(F)") ? 1 : 0;
        members.add(
            new Fields()
                .put("device", member.group(1))
                .put("number", Numbers.parse(String.valueOf(member.group(2))))
                .put("role", role(marks))
                .put("write_mostly", marks.contains("(W)") ? Boolean.TRUE : null)
                .node());
      } else if (state) {
        fields.put("state", word);
        state = false;
      } else if (word.startsWith("(")) {
        fields.put("mode", word.replaceAll("[()]", ""));
      } else {
        fields.put("level", word);
      }
    }
    return fields.put("members", members).put("spares", spares).put("failed", failed).node();
  }

  private static String role(String marks) {
    return marks.contains("(F)")
        ? "failed"
        : marks.contains("(S)")
            ? "spare"
            : marks.contains("(R)") ? "replacement" : marks.contains("(J)") ? "journal" : "member";
  }

  /** What stands below an array; false if it is nothing that the kernel writes. */
  private static boolean detail(String text, ObjectNode array) {
    if (text.startsWith("bitmap:")) {
      array.put("bitmap", text.substring(7).strip());
      return true;
    }
    if (WRAPPED.matcher(text).matches()) {
      sizes(text, array);
      return true;
    }
    Matcher progress = PROGRESS.matcher(text);
    if (progress.find()) {
      Fields fields =
          new Fields()
              .put("action", progress.group(1))
              .put("percent", Text.decimal(progress.group(2)))
              .put("finish_minutes", Text.decimal(progress.group(5)));
      Long speed = Text.number(progress.group(6));
      fields.put("speed_bytes_per_second", speed == null ? null : Long.valueOf(speed * BLOCK));
      array.set("progress", fields.node());
      return true;
    }
    Matcher waiting =
        Pattern.compile("(recovery|resync|reshape|check|repair) *= *(DELAYED|PENDING|REMOTE)")
            .matcher(text);
    if (waiting.find()) {
      array.set(
          "progress",
          new Fields()
              .put("action", waiting.group(1))
              .put("waiting", String.valueOf(waiting.group(2)).toLowerCase(java.util.Locale.ROOT))
              .node());
      return true;
    }
    int blocks = text.indexOf(" blocks");
    Long size = blocks > 0 ? Numbers.parse(text.substring(0, blocks)) : null;
    if (size == null || size < 0) {
      return false;
    }
    // Sizes are in blocks of 1 KiB.
    array.put("size_bytes", size * BLOCK);
    sizes(text, array);
    return true;
  }

  private static void sizes(String text, ObjectNode array) {
    Matcher counts = COUNTS.matcher(text);
    if (counts.find()) {
      array.put("raid_devices", Numbers.parse(String.valueOf(counts.group(1))));
      array.put("active_devices", Numbers.parse(String.valueOf(counts.group(2))));
    }
    Matcher state = STATE.matcher(text);
    if (state.find()) {
      array.put("member_state", state.group(1));
      array.put("degraded", String.valueOf(state.group(1)).contains("_"));
    }
    String superblock = Text.between(text + " ", " super ", " ");
    if (superblock != null) {
      array.put("metadata", superblock);
    }
    Matcher chunk = Pattern.compile("(\\d+)k (?:chunk|rounding)").matcher(text);
    if (chunk.find()) {
      Long kilobytes = Numbers.parse(String.valueOf(chunk.group(1)));
      if (kilobytes != null) {
        array.put("chunk_bytes", kilobytes * BLOCK);
      }
    }
    Matcher algorithm = Pattern.compile("algorithm (\\d+)").matcher(text);
    if (algorithm.find()) {
      array.put("algorithm", Numbers.parse(String.valueOf(algorithm.group(1))));
    }
    Matcher layout = Pattern.compile("(\\d+ (?:near|far|offset)-copies)").matcher(text);
    if (layout.find()) {
      array.put("layout", layout.group(1));
    }
  }
}
