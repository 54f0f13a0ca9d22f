package dev.ingot.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Resources from a file of comma-separated values (RFC 4180), as {@code list -o csv} writes one.
 */
final class ResourceImport {
  private static final int LARGEST = 8 << 20;

  /** What a list shows and nobody writes; an empty cell of any column is left out too. */
  private static final Set<String> SHOWN =
      Set.of("claim.id", "claim.until", "pool", "updated", "id", "free", "kind");

  private ResourceImport() {}

  static int run(Call call) {
    List<List<String>> rows = rows(text(call, call.argument(0)));
    if (rows.size() < 2) {
      throw CommandException.usage("the file needs a line of field names and at least one more");
    }
    List<String> names = rows.getFirst();
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    for (int line = 1; line < rows.size(); line++) {
      List<String> row = rows.get(line);
      if (row.size() != names.size()) {
        throw CommandException.usage(
            "row %d has %d cells, not %d".formatted(line + 1, row.size(), names.size()));
      }
      ObjectNode item = items.addObject();
      for (int i = 0; i < row.size(); i++) {
        String name = names.get(i).strip();
        if (!SHOWN.contains(name) && !row.get(i).isEmpty()) {
          item.set(name.equals("node.id") ? "node" : name, value(row.get(i)));
        }
      }
    }
    JsonNode made = call.client().resources().create(ResourceCommands.kind(call), items);
    int count = made.path("items").size();
    call.output().done(count + " of " + ResourceCommands.kind(call) + " are made", made, "items");
    return ExitCode.OK;
  }

  private static JsonNode value(String text) {
    return text.startsWith("{") || text.startsWith("[")
        ? NodeCommands.json(text, "a cell")
        : JsonNodeFactory.instance.stringNode(text);
  }

  private static String text(Call call, String file) {
    try {
      byte[] bytes =
          file.equals("-")
              ? call.terminal().in().readNBytes(LARGEST)
              : Files.readAllBytes(Path.of(file));
      return new String(bytes, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Cells may be quoted; a quote in one is doubled. */
  static List<List<String>> rows(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else if (c == '"') {
          quoted = false;
        } else {
          cell.append(c);
        }
      } else if (c == '"' && cell.isEmpty()) {
        quoted = true;
      } else if (c == ',') {
        row.add(cell.toString());
        cell.setLength(0);
      } else if (c == '\n') {
        end(rows, row, cell);
        row = new ArrayList<>();
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    if (quoted) {
      throw CommandException.usage("a quoted cell does not end");
    }
    end(rows, row, cell);
    return rows;
  }

  private static void end(List<List<String>> rows, List<String> row, StringBuilder cell) {
    row.add(cell.toString());
    cell.setLength(0);
    if (row.size() > 1 || !row.getFirst().isBlank()) {
      rows.add(row);
    }
  }
}
