package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** storcli without J: sections with a rule below their names, {@code key = value}, and tables. */
final class StorcliText {
  /** Columns whose values have blanks in them. */
  private static final Set<String> FREE =
      Set.of(
          "Model",
          "Name",
          "ProdID",
          "VendorSpecific",
          "Description",
          "Value",
          "RetentionTime",
          "ErrMsg",
          "Product_Name",
          "Estimated_Time_Left");

  private static final Set<String> UNITS =
      Set.of(
          "B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB", "hour(s)", "hours");

  private final ArrayNode controllers = Fields.array();
  private final Notes notes;
  private ObjectNode status = Fields.array().addObject();
  private ObjectNode data = Fields.array().addObject();
  private ObjectNode section = data;
  private String name = "";
  private List<String> heads = List.of();
  private boolean preamble = true;
  private int rules;

  /** The heads as they stand; empty where values need no columns. */
  private String columns = "";

  private StorcliText(Notes notes) {
    this.notes = notes;
  }

  /** The same tree as with J. */
  static JsonNode tree(List<Line> lines, Notes notes) {
    StorcliText reading = new StorcliText(notes);
    @Nullable Line before = null;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (!line.isBlank()) {
        String next = i + 1 < lines.size() ? lines.get(i + 1).text() : "";
        reading.line(line, Text.matches(next, "={3,}.*"), Text.matches(next, "-{3,}"), before);
        before = line;
      }
    }
    reading.end();
    return Fields.array().addObject().set("Controllers", reading.controllers);
  }

  /**
   * @param named a rule of a name stands below
   * @param ruled a rule of a table stands below
   */
  private void line(Line line, boolean named, boolean ruled, @Nullable Line before) {
    String text = line.text();
    int equals = text.indexOf(" = ");
    if (named || (text.endsWith(" :") && equals < 0)) {
      begin(text.replaceFirst("\\s*:$", ""));
    } else if (Text.matches(text, "={3,}.*")) {
      heads = List.of();
      rules = 0;
    } else if (Text.matches(text, "-{3,}")) {
      rules++;
      if (rules % 3 == 0) {
        heads = List.of();
      }
    } else if (rules % 3 == 0
        && ruled
        && Text.matches(text, "(EID:Slt|DG/VD|EID State|DG Arr|DG Span|Ctl Model) .*")) {
      // A table that was copied without the rule above it.
      heads = heads(text);
      rules++;
    } else if (rules % 3 == 1 && equals < 0) {
      heads = heads(text);
      columns = Text.matches(text, ".* Model +Vendor +Port|Property +Value") ? line.raw() : "";
    } else if (rules % 3 == 2 && !heads.isEmpty()) {
      row(line);
    } else if (equals > 0) {
      value(text.substring(0, equals).strip(), text.substring(equals + 3).strip());
    } else if (text.endsWith(" =")) {
      value(text.substring(0, text.length() - 2).strip(), "");
    } else if (text.indexOf('|') < 0
        && !Text.matches(text, "[A-Za-z0-9/* .&-]+ ?=.*")
        && !text.startsWith("Generating ")
        && (before == null || before.text().indexOf('|') < 0)) {
      notes.line(line);
    }
  }

  private static List<String> heads(String text) {
    return Text.parts(
        text.replace("Next Learn", "Next_Learn")
            .replace("LU/NS Count", "LU/NS_Count")
            .replace("Product Name", "Product_Name")
            .replace("PCI Address", "PCI_Address")
            .replace("Estimated Time Left", "Estimated_Time_Left"),
        " \t");
  }

  private void begin(String section) {
    preamble = false;
    name = section;
    heads = List.of();
    rules = 0;
    this.section = Fields.array().addObject();
    data.set(name, this.section);
  }

  private void value(String key, String value) {
    boolean start =
        key.equals("CLI Version")
            || (key.equals("Controller") && status.has("Controller") && !name.equals("Basics"));
    if (start && (!data.isEmpty() || status.has("Controller"))) {
      end();
    }
    if (preamble
        && Set.of("CLI Version", "Operating system", "Controller", "Status", "Description")
            .contains(key)) {
      status.put(key, value);
      if (key.equals("Description")) {
        preamble = false;
      }
      return;
    }
    if (StorcliParser.COUNTED.containsKey(key)) {
      // Stands between tables, and is of the controller.
      data.put(key, value);
      return;
    }
    if (!section.has(key)) {
      section.put(key, value);
    }
  }

  private void row(Line line) {
    List<String> words = new ArrayList<>();
    String said = line.text().replaceFirst("\\s<-.*", ""); // what somebody pointed at
    for (String word : Text.parts(said, " \t")) {
      boolean task =
          word.equals("progress") && !words.isEmpty() && Text.matches(words.getLast(), "In|Not in");
      boolean unit =
          UNITS.contains(word) && !words.isEmpty() && Text.matches(words.getLast(), "[0-9.]+");
      boolean connectors =
          !words.isEmpty()
              && (word.equals("&")
                  || words.getLast().endsWith(" &")
                  || (words.getLast().contains(" & ") && Text.matches(word, "x\\d+")));
      boolean not = word.equals("in") && !words.isEmpty() && words.getLast().equals("Not");
      // "Dgd (Needs Attention)"
      boolean aside =
          !words.isEmpty()
              && (word.startsWith("(") || Text.matches(words.getLast(), "[^(]+ \\([^)]*"));
      if (unit || connectors || task || not || aside) {
        words.set(words.size() - 1, words.getLast() + " " + word);
      } else {
        words.add(word);
      }
    }
    int more = words.size() - heads.size();
    int free = -1;
    for (int i = 0; i < heads.size(); i++) {
      free = free < 0 && FREE.contains(heads.get(i)) ? i : free;
    }
    if (more > 0 && free < 0) {
      free = heads.size() - 1;
    }
    int values = columns.indexOf(" Value") + 1;
    ObjectNode row = Fields.array().addObject();
    if (values > 1 && line.raw().length() > values && line.raw().charAt(values - 1) == ' ') {
      // Names of properties have blanks too.
      row.put(heads.getFirst(), between(line.raw(), 0, values));
      row.put(heads.getLast(), line.raw().substring(values).strip());
      rows().add(row);
      return;
    }
    int at = 0;
    for (int i = 0; i < heads.size() && at < words.size(); i++) {
      int take = i == free && more > 0 ? more + 1 : 1;
      row.put(heads.get(i), String.join(" ", words.subList(at, at + take)));
      at += take;
    }
    int model = columns.indexOf(" Model ") + 1;
    int vendor = columns.indexOf(" Vendor ") + 1;
    if (model > 0 && vendor > model) {
      // Three columns whose values have blanks stand side by side: a drive's without an array.
      row.put("Model", between(line.raw(), model, vendor));
      row.put("Vendor", between(line.raw(), vendor, columns.indexOf(" Port") + 1));
      row.remove("Port");
    }
    rows().add(row);
  }

  private ArrayNode rows() {
    if (data.path(name) instanceof ArrayNode before) {
      return before;
    }
    ArrayNode rows = Fields.array();
    if (name.isEmpty() || !section.isEmpty()) {
      data.set(name + " table", rows);
      name = name + " table";
    } else {
      data.set(name, rows);
    }
    return rows;
  }

  private static String between(String raw, int from, int to) {
    return raw.substring(Math.min(from, raw.length()), Math.min(to, raw.length())).strip();
  }

  private void end() {
    if (!status.isEmpty() || !data.isEmpty()) {
      ObjectNode controller = controllers.addObject();
      controller.set("Command Status", status);
      controller.set("Response Data", data);
    }
    status = Fields.array().addObject();
    data = Fields.array().addObject();
    section = data;
    name = "";
    heads = List.of();
    rules = 0;
    preamble = true;
  }
}
