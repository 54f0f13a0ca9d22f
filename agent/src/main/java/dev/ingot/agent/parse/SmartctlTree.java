package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code smartctl --json=y} writes as YAML and {@code --json=g} as assignments: the same tree
 * as its JSON (smartmontools, json.cpp).
 */
final class SmartctlTree {
  private static final int DEEPEST = 64;
  private static final Pattern ASSIGNED = Pattern.compile("json([.\\[]\\S*) = (.*);");
  private static final Pattern STEP = Pattern.compile("\\.(\\w+)|\\[(\\d{1,6})]|\\[\"([^\"]+)\"]");
  private static final Pattern PAIR = Pattern.compile("([A-Za-z_]\\w*):(?: +(.*))?");

  private final List<Line> lines;
  private int at;

  private SmartctlTree(List<Line> lines) {
    this.lines = lines;
  }

  static boolean looksLike(String text) {
    return text.lines().anyMatch(line -> begins(line.strip()));
  }

  private static boolean begins(String line) {
    return line.equals("json_format_version:") || line.equals("json.json_format_version = [];");
  }

  /** The trees; each begins with the version of its format. */
  static List<JsonNode> read(List<Line> lines, Notes notes) {
    List<JsonNode> trees = new ArrayList<>();
    List<Line> part = new ArrayList<>();
    for (Line line : lines) {
      if (begins(line.text())) {
        tree(part, trees, notes);
        part = new ArrayList<>();
      }
      if (Text.matches(line.text(), "---|json = \\{};|")) {
        continue;
      }
      part.add(line);
    }
    tree(part, trees, notes);
    return trees;
  }

  private static void tree(List<Line> part, List<JsonNode> trees, Notes notes) {
    if (part.isEmpty() || !begins(part.getFirst().text())) {
      part.forEach(notes::line);
    } else if (part.getFirst().text().startsWith("json.")) {
      ObjectNode root = Fields.array().addObject();
      for (Line line : part) {
        Matcher assigned = ASSIGNED.matcher(line.text());
        if (!assigned.matches()
            || !assign(root, String.valueOf(assigned.group(1)), scalar(assigned.group(2)))) {
          notes.line(line);
        }
      }
      trees.add(root);
    } else {
      SmartctlTree reading = new SmartctlTree(part);
      trees.add(reading.node(part.getFirst().indent(), 0));
      part.subList(reading.at, part.size()).forEach(notes::line);
    }
  }

  private static boolean assign(JsonNode root, String path, JsonNode value) {
    JsonNode node = root;
    Matcher step = STEP.matcher(path);
    int end = 0;
    while (step.find() && step.start() == end) {
      end = step.end();
      boolean last = end == path.length();
      String key = step.group(1) == null ? step.group(3) : step.group(1);
      if (key != null && node instanceof ObjectNode object) {
        if (last) {
          object.set(key, value);
        }
        node = object.path(key);
      } else if (key == null && node instanceof ArrayNode array) {
        if (last) {
          array.add(value);
        }
        Long index = Numbers.parse(String.valueOf(step.group(2)));
        node = array.path(index == null ? -1 : index.intValue());
      } else {
        return false;
      }
    }
    return end == path.length();
  }

  private JsonNode node(int indent, int depth) {
    if (depth < DEEPEST && at < lines.size() && lines.get(at).text().startsWith("-")) {
      ArrayNode array = Fields.array();
      while (at < lines.size()
          && lines.get(at).indent() == indent
          && Text.matches(lines.get(at).text(), "-(?: .*)?")) {
        array.add(item(lines.get(at), depth));
      }
      return array;
    }
    ObjectNode object = Fields.array().addObject();
    while (depth < DEEPEST && at < lines.size() && lines.get(at).indent() == indent) {
      Matcher pair = PAIR.matcher(lines.get(at).text());
      if (!pair.matches()) {
        break;
      }
      at++;
      String key = String.valueOf(pair.group(1));
      String value = pair.group(2);
      object.set(key, value == null ? below(indent, depth) : scalar(value));
    }
    return object;
  }

  /** A list may stand as deep as its key. */
  private JsonNode below(int indent, int depth) {
    if (at >= lines.size()) {
      return Fields.array();
    }
    Line next = lines.get(at);
    boolean deeper =
        next.indent() > indent || (next.indent() == indent && next.text().startsWith("-"));
    return deeper ? node(next.indent(), depth + 1) : Fields.array();
  }

  private JsonNode item(Line line, int depth) {
    String rest = line.text().substring(1).strip();
    if (rest.isEmpty()) {
      at++;
      return below(line.indent(), depth);
    }
    if (!PAIR.matcher(rest).matches()) {
      at++;
      return scalar(rest);
    }
    // The first pair of an object stands behind the dash, the others below it.
    int inner = line.indent() + line.text().indexOf(rest);
    lines.set(at, new Line(line.number(), inner, rest, line.raw()));
    return node(inner, depth + 1);
  }

  private static JsonNode scalar(String text) {
    String value = text.strip();
    try {
      JsonNode read = JsonText.read("[" + value + "]", new Notes()).path(0);
      return read.isMissingNode() ? JsonText.read("[\"\"]", new Notes()).path(0) : read;
    } catch (ParseFailure e) {
      ArrayNode kept = Fields.array();
      kept.add(value);
      return kept.path(0);
    }
  }
}
