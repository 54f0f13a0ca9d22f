package dev.ingot.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Writes results in the format that was asked for. */
public final class Output {
  static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Terminal terminal;
  private final Format format;

  Output(Terminal terminal, Format format) {
    this.terminal = terminal;
    this.format = format;
  }

  Format format() {
    return format;
  }

  /** A list; {@code name} is the path of what names an item. */
  public void list(List<JsonNode> items, String name, List<Column> columns) {
    PrintStream out = terminal.out();
    switch (format) {
      case TABLE -> table(items, columns);
      case JSON -> out.println(PRETTY.writeValueAsString(array(items)));
      case YAML -> out.print(YamlWriter.write(array(items)));
      case CSV -> {
        CsvWriter.write(out, titles(columns, true));
        items.forEach(item -> csvRow(item, columns));
      }
      case NAME -> items.forEach(item -> out.println(Column.of("", name).raw(item)));
    }
    out.flush();
  }

  /** One thing: every column on a line of its own. */
  void one(JsonNode item, String name, List<Column> columns) {
    PrintStream out = terminal.out();
    switch (format) {
      case TABLE -> {
        Instant now = terminal.clock().instant();
        List<List<String>> rows = new ArrayList<>();
        for (Column column : columns) {
          String text = column.text(item, now);
          if (!text.isEmpty()) {
            rows.add(List.of(column.title(), text));
          }
        }
        if (!rows.isEmpty()) {
          TableWriter.write(out, rows, terminal.width());
        }
      }
      case JSON -> out.println(PRETTY.writeValueAsString(item));
      case YAML -> out.print(YamlWriter.write(item));
      case CSV, NAME -> list(List.of(item), name, columns);
    }
    out.flush();
  }

  /** A document of no fixed form: a table cannot show it, YAML reads best. */
  public void document(JsonNode document, String name) {
    PrintStream out = terminal.out();
    switch (format) {
      case TABLE, YAML -> out.print(YamlWriter.write(document));
      case JSON -> out.println(PRETTY.writeValueAsString(document));
      case CSV -> throw CommandException.usage("a document has no rows: use -o json or yaml");
      case NAME -> out.println(Column.of("", name).raw(document));
    }
    out.flush();
  }

  /** One item of a stream, as it comes: JSON is a line each. */
  void next(JsonNode item, String name, List<Column> columns) {
    PrintStream out = terminal.out();
    switch (format) {
      case TABLE -> {
        Instant now = terminal.clock().instant();
        List<String> cells = columns.stream().map(it -> it.text(item, now)).toList();
        String line = String.join("  ", cells).stripTrailing();
        int width = terminal.width();
        out.println(width > 0 && line.length() > width ? line.substring(0, width - 1) + "…" : line);
      }
      case JSON -> out.println(MAPPER.writeValueAsString(item));
      case YAML -> out.print("---\n" + YamlWriter.write(item));
      case CSV -> csvRow(item, columns);
      case NAME -> out.println(Column.of("", name).raw(item));
    }
    out.flush();
  }

  /** What was done: a sentence for people, the thing itself for programs. */
  public void done(String sentence, JsonNode thing, String name) {
    if (format == Format.TABLE || thing.isNull()) {
      if (format == Format.TABLE) {
        terminal.out().println(Printable.line(sentence));
      }
      return;
    }
    if (format == Format.CSV) {
      terminal.out().println(Column.of("", name).raw(thing));
    } else {
      document(thing, name);
    }
  }

  /** Clears what a list that is shown again has left, on a terminal. */
  public void again() {
    if (terminal.outputIsTerminal()) {
      terminal.out().print("\u001b[H\u001b[2J");
    }
  }

  /** Columns that no item fills are left out: a person has no use for them. */
  private void table(List<JsonNode> items, List<Column> columns) {
    Instant now = terminal.clock().instant();
    List<Column> filled =
        columns.stream()
            .filter(it -> items.stream().anyMatch(item -> !it.text(item, now).isEmpty()))
            .toList();
    List<Column> shown = filled.isEmpty() ? columns : filled;
    List<List<String>> rows = new ArrayList<>();
    rows.add(titles(shown, false));
    for (JsonNode item : items) {
      rows.add(shown.stream().map(column -> column.text(item, now)).toList());
    }
    TableWriter.write(terminal.out(), rows, terminal.width());
  }

  private void csvRow(JsonNode item, List<Column> columns) {
    CsvWriter.write(terminal.out(), columns.stream().map(column -> column.raw(item)).toList());
  }

  private static List<String> titles(List<Column> columns, boolean forPrograms) {
    return columns.stream()
        .map(column -> forPrograms ? column.path().replaceFirst("\\|.*", "") : column.title())
        .toList();
  }

  private static ArrayNode array(List<JsonNode> items) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    items.forEach(array::add);
    return array;
  }
}
