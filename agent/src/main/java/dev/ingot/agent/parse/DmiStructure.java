package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One SMBIOS structure as dmidecode prints it.
 *
 * @param type its number; -1 where only an unknown title tells
 */
record DmiStructure(@Nullable String handle, int type, String title, Block values) {
  /** Titles of {@code dmidecode -q}, which leaves handles and numbers out. */
  private static final Map<String, Integer> TYPES =
      Map.ofEntries(
          Map.entry("BIOS Information", 0),
          Map.entry("Platform Firmware Information", 0), // since dmidecode 3.7
          Map.entry("System Information", 1),
          Map.entry("Base Board Information", 2),
          Map.entry("Chassis Information", 3),
          Map.entry("Processor Information", 4),
          Map.entry("Memory Module Information", 6),
          Map.entry("Cache Information", 7),
          Map.entry("Port Connector Information", 8),
          Map.entry("System Slot Information", 9),
          Map.entry("On Board Device Information", 10),
          Map.entry("OEM Strings", 11),
          Map.entry("System Configuration Options", 12),
          Map.entry("Physical Memory Array", 16),
          Map.entry("Memory Device", 17),
          Map.entry("IPMI Device Information", 38),
          Map.entry("System Power Supply", 39),
          Map.entry("Onboard Device", 41),
          Map.entry("TPM Device", 43),
          Map.entry("Firmware Inventory Information", 45));

  static List<DmiStructure> all(List<Line> lines, Notes notes, Fields about) {
    List<DmiStructure> all = new ArrayList<>();
    @Nullable DmiStructure current = null;
    @Nullable String handle = null;
    int type = -1;
    int outer = 0;
    int margin = 0;
    boolean title = false;
    @Nullable String key = null;
    // Web pages lose the blanks before lines: then a structure ends where a blank line stands.
    boolean flat = lines.stream().allMatch(line -> line.indent() == 0);
    for (Line line : lines) {
      String text = line.text();
      if (line.isBlank() || text.startsWith("#")) {
        version(text, about);
        if (text.startsWith("# No SMBIOS nor DMI entry point")) {
          notes.line(line);
        }
        current = flat ? null : current;
      } else if (line.indent() < margin) {
        // Something else stands around it, as salt's answer does.
        notes.line(line);
        current = null;
        title = false;
      } else if (begins(line)) {
        margin = line.indent();
        handle = text.replaceFirst("Handle (0x[0-9A-Fa-f]+).*", "$1");
        type = type(text);
        title = true;
        current = null;
      } else if (title && text.startsWith("DMI type ")) {
        // dmidecode before 2.5 wrote the type on a line of its own.
        type = type(text);
      } else if (title
          || (line.indent() == 0
              && (TYPES.containsKey(text) || (!all.isEmpty() && !flat && isTitle(line, lines))))) {
        if (text.startsWith("Invalid entry") || (!title && header(text, about))) {
          notes.line(line);
          continue;
        }
        String name = text.replaceFirst("(?: Block)?\\.?$", "");
        current =
            new DmiStructure(
                handle, type >= 0 ? type : TYPES.getOrDefault(name, -1), name, new Block());
        all.add(current);
        title = false;
        outer = 0;
        key = null;
      } else if (current == null || (line.indent() == 0 && !flat)) {
        if (!header(text, about)) {
          notes.line(line);
        }
      } else if (flat && key != null && Block.colon(text) < 0) {
        current.values.append(key, text);
      } else if (outer == 0 || line.indent() <= outer) {
        outer = line.indent();
        key = attribute(text, current.values);
        if (key == null && text.startsWith("<")) {
          notes.line(line);
        } else if (key == null) {
          current.values.append("lines", text);
        }
      } else {
        current.values.append(key == null ? "lines" : key, text);
      }
    }
    return all;
  }

  /** Words with lines below them; a prompt, a rule or a remark is none. */
  private static boolean isTitle(Line line, List<Line> lines) {
    for (Line next : lines.subList(line.number(), lines.size())) {
      if (!next.isBlank()) {
        return next.indent() > 0 && Text.matches(line.text(), "[A-Z][A-Za-z0-9 /-]*");
      }
    }
    return false;
  }

  /** Whether a structure begins there, with its handle or (with -q) its title. */
  static boolean isHead(Line line) {
    return begins(line) || (line.indent() == 0 && TYPES.containsKey(line.text()));
  }

  private static boolean begins(Line line) {
    return line.text().startsWith("Handle 0x")
        && (line.indent() == 0
            || Text.matches(line.text(), "Handle 0x[0-9A-F]+, DMI type \\d+, \\d+ bytes\\.?"));
  }

  private static int type(String text) {
    Long number = Text.number(Text.between(text + ",", "DMI type ", ","));
    return number == null || number < 0 || number > 255 ? -1 : number.intValue();
  }

  /** Keeps {@code Key: value}; its key, or null. */
  private static @Nullable String attribute(String text, Block values) {
    int colon = Block.colon(text);
    if (colon <= 0) {
      return null;
    }
    String key = Text.snake(text.substring(0, colon));
    if (key.isEmpty()) {
      return null;
    }
    values.put(key, text.substring(colon + 1));
    return key;
  }

  private static void version(String text, Fields about) {
    if (text.startsWith("# dmidecode ") && text.length() > 12 && Text.digit(text.charAt(12))) {
      about.put("dmidecode_version", text.substring(12).strip());
    }
  }

  /** What stands before the first structure. */
  private static boolean header(String text, Fields about) {
    if (text.startsWith("SMBIOS ") && text.endsWith(" present.")) {
      about.put("smbios_version", text.substring(7, text.length() - 9).strip());
      return true;
    }
    if (text.endsWith(" bytes.") && text.contains("structures occupying")) {
      about.put("structures_declared", Text.number(text));
      return true;
    }
    return text.startsWith("Getting SMBIOS data from")
        || (text.startsWith("DMI ") && text.endsWith(" present."))
        || text.contains("able at 0x")
        || text.startsWith("End Of Table")
        || text.startsWith("Reading SMBIOS/DMI data from");
  }

  /** Text fields by our names; what firmware filled with blanks is left out. */
  Fields texts(String... namesAndKeys) {
    Fields fields = new Fields();
    for (int i = 0; i + 1 < namesAndKeys.length; i += 2) {
      // Versions before 2.5 had shorter names.
      fields.put(namesAndKeys[i], values.take(namesAndKeys[i + 1].split("\\|", -1)));
    }
    return fields;
  }
}
