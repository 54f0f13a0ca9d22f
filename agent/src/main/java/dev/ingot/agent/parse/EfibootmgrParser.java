package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** {@code efibootmgr}, with -v or without; since version 18 paths are shown always. */
final class EfibootmgrParser implements OutputParser {
  private static final Pattern ENTRY = Pattern.compile("Boot([0-9A-Fa-f]{4})(\\*?) ?(.*)");
  private static final Pattern PATH =
      Pattern.compile(
          "(?:\\t|"
              + " )((?:HD|PciRoot|Pci|BIOS|VenMedia|VenHw|Vendor|FvVol|Fv|BBS|ACPI|Acpi|MAC|Uri|USB|File|VenMsg|CDROM|PcieRoot|SD|NVMe|Sata|UsbWwid|dp:)\\b?\\(.*|dp:"
              + " .*)");

  /** What follows a label where no path does, and blanks became of the tab between them. */
  private static final Pattern DATA =
      Pattern.compile("(.*\\S)\\s{2,}(RC|AMBO|\\.\\.BO|(?:[0-9a-f]{2}){2,})");

  /** The elements of a path, one behind the other; until version 12 without strokes between. */
  private static final Pattern ELEMENTS =
      Pattern.compile("(?:/?[A-Za-z]\\w*\\((?:[^()]|\\([^()]*+\\))*+\\))++");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Fields facts = new Fields();
    ArrayNode entries = Fields.array();
    Fields other = new Fields();
    boolean known = false;
    for (Line line : Line.of(text)) {
      String said = line.text();
      Matcher entry = ENTRY.matcher(said);
      int colon = said.indexOf(':');
      if (line.isBlank()) {
        continue;
      }
      if (said.startsWith("BootOrder:")) {
        facts.put("order", Text.parts(said.substring(10), ", "));
      } else if (said.startsWith("BootCurrent:")) {
        facts.put("current", said.substring(12).strip());
      } else if (said.startsWith("BootNext:")) {
        facts.put("next", said.substring(9).strip());
      } else if (said.startsWith("Timeout:")) {
        facts.put("timeout_seconds", Text.number(said));
      } else if (said.startsWith("EFI variables are not supported")
          || said.startsWith("No BootOrder is set")) {
        facts.put("uefi", !said.startsWith("EFI"));
      } else if (entry.matches()) {
        entries.add(
            entry(
                String.valueOf(entry.group(1)),
                String.valueOf(entry.group(2)),
                String.valueOf(entry.group(3))));
      } else if (line.indent() > 0
          && (said.startsWith("dp:") || said.startsWith("data:"))
          && !entries.isEmpty()) {
        // Hexadecimal forms of -v in version 18.
        continue;
      } else if (colon > 0
          && !said.startsWith("efibootmgr:")
          && Text.matches(said, "[A-Za-z0-9]+: .*")) {
        other.put(Text.snake(said.substring(0, colon)), said.substring(colon + 1).strip());
      } else {
        notes.line(line);
        continue;
      }
      known |=
          entry.matches()
              || said.startsWith("Boot")
              || said.startsWith("EFI var")
              || said.startsWith("No BootOrder");
    }
    if (!known) {
      throw new ParseFailure("nothing of efibootmgr in it");
    }
    facts.put("counts", new Fields().put("entries", (long) entries.size()).node());
    facts.put("entries", entries).putUnlessEmpty("other", other.node());
    return notes.result("efibootmgr", facts);
  }

  private static tools.jackson.databind.JsonNode entry(String number, String star, String rest) {
    String label = rest;
    @Nullable String path = null;
    int tab = rest.indexOf('\t');
    if (tab >= 0) {
      label = rest.substring(0, tab);
      path = Text.known(rest.substring(tab + 1));
    } else {
      Matcher matcher = PATH.matcher(rest);
      if (matcher.find()) {
        label = rest.substring(0, matcher.start());
        path = matcher.group(1);
      } else {
        Matcher data = DATA.matcher(rest);
        label = data.matches() ? String.valueOf(data.group(1)) : label;
        path = data.matches() ? data.group(2) : null;
      }
    }
    // FvFile(…) is a part of the firmware by its GUID.
    String file = path == null ? null : Text.between(path.replace("FvFile(", "Fv("), "File(", ")");
    if (file == null && path != null && path.contains(")/\\")) {
      // Version 18 writes HD(…)/\EFI\BOOT\….
      // What a loader is handed stands behind it without a gap, in hexadecimal.
      file =
          path.substring(path.indexOf(")/\\") + 2)
              .replaceFirst("[^\\\\A-Za-z0-9._ -].*", "")
              .replaceFirst("(?i)(\\.efi)([0-9a-f]{2})+$", "$1");
    }
    int end = path == null ? 0 : end(path, file);
    return new Fields()
        .put("number", number.toUpperCase(Locale.ROOT))
        .put("active", star.equals("*"))
        .put("label", label.strip())
        .put("kind", kind(path))
        .put("partition_uuid", path == null ? null : partition(path))
        .put("mac", path == null ? null : mac(path))
        .put("file", file)
        .put("path", path == null ? null : path.substring(0, end))
        .put("data", path == null ? null : Text.known(path.substring(end)))
        .node();
  }

  /** Where a path ends and what the loader is handed begins, of which versions show it all. */
  private static int end(String path, @Nullable String file) {
    Matcher elements = ELEMENTS.matcher(path);
    if (path.startsWith("dp:") || path.startsWith("\\")) {
      return path.length();
    }
    int end = elements.lookingAt() ? elements.end() : 0;
    // An element that is broken goes to the last parenthesis.
    boolean more = Text.matches(path.substring(end), "/?[A-Za-z]\\w*\\(.*");
    end = more ? Math.max(end, path.lastIndexOf(')') + 1) : end;
    return file != null && path.startsWith("/" + file, end) ? end + 1 + file.length() : end;
  }

  private static @Nullable String kind(@Nullable String path) {
    if (path == null) {
      return null;
    }
    return path.contains("MAC(") || path.contains("IPv4(") || path.contains("IPv6(")
        ? "network"
        : path.contains("HD(") || path.contains("NVMe(") || path.contains("Sata(")
            ? "disk"
            : path.contains("USB(")
                ? "usb"
                : path.contains("FvFile(") || path.contains("Fv(") || path.contains("FvVol(")
                    ? "firmware"
                    : null;
  }

  private static @Nullable String partition(String path) {
    Matcher matcher =
        Pattern.compile("HD\\(\\d+,(?:GPT|[0-9a-fx]+,[0-9a-fx]+),([0-9a-fA-F-]{36})").matcher(path);
    return matcher.find() ? String.valueOf(matcher.group(1)).toLowerCase(Locale.ROOT) : null;
  }

  private static @Nullable String mac(String path) {
    Matcher matcher = Pattern.compile("MAC\\(([0-9a-fA-F]{12})").matcher(path);
    return matcher.find()
        ? String.valueOf(matcher.group(1)).toLowerCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:")
        : null;
  }
}
