package dev.ingot.agent.parse;

import dev.ingot.core.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as tools write it: with warnings before it, several values after each other, commas missing
 * or too many, cut off. What could be read is kept, and noted where it ended.
 */
final class JsonText {
  private static final int ASIDE = 4 << 10;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Json.MAX_DEPTH)
                          .maxNumberLength(400)
                          .build())
                  .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
                  .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                  .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
                  .build())
          .build();

  /** Of a broken document. */
  private static final int MOST_PIECES = 1000;

  private JsonText() {}

  /** Whether the first line that begins with a bracket comes before any other kind of content. */
  static boolean looksLike(String text) {
    return start(text) >= 0;
  }

  /** Where the first value begins: at a bracket that begins a line; -1 if nowhere near the top. */
  private static int start(String text) {
    int from = 0;
    for (int line = 0; line < 20 && from < text.length(); line++) {
      int at = from;
      while (at < text.length()
          && (text.charAt(at) == ' ' || text.charAt(at) == '\t' || text.charAt(at) == '\ufeff')) {
        at++;
      }
      if (at < text.length() && begins(text, at)) {
        return at;
      }
      int end = text.indexOf('\n', at);
      if (end < 0) {
        return -1;
      }
      from = end + 1;
    }
    return -1;
  }

  /**
   * A brace or bracket that JSON can follow; {@code [0:0:0:0] disk} and {@code [root]$} are none.
   */
  private static boolean begins(String text, int at) {
    char c = text.charAt(at);
    if (c != '{' && c != '[') {
      return false;
    }
    int next = at + 1;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    return next >= text.length()
        || ((c == '{'
                ? "\"}".indexOf(text.charAt(next)) >= 0
                : "{[]\"".indexOf(text.charAt(next)) >= 0)
            && !(("]}".indexOf(text.charAt(next)) >= 0) && isAside(text, next + 1)));
  }

  /** Whether much other text stands behind an empty list, which is what programs say in passing. */
  private static boolean isAside(String text, int from) {
    List<String> rest =
        text.substring(from, Math.min(text.length(), from + ASIDE))
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .limit(6)
            .toList();
    return rest.size() == 6
        && rest.stream().noneMatch(line -> Text.matches(line, "[\\[\\]{},\"].*"));
  }

  /**
   * Reads the values of a text: one, or a list of several.
   *
   * @throws ParseFailure if there is none
   */
  static JsonNode read(String text, Notes notes) throws ParseFailure {
    int start = Math.max(0, start(text));
    if (start > 0) {
      text.substring(0, start)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .forEach(notes::add);
    }
    String json = text.substring(start);
    List<JsonNode> values = new ArrayList<>();
    String broken = read(json, values);
    if (broken != null) {
      List<JsonNode> repaired = new ArrayList<>();
      String still = read(JsonRepair.repair(json), repaired);
      if (still == null || size(repaired) > size(values)) {
        values = repaired;
        broken = still;
      }
    }
    if (broken != null) {
      notes.add("JSON ends early: " + broken);
    }
    if (values.isEmpty()) {
      throw new ParseFailure("no JSON: " + (broken == null ? "nothing in it" : broken));
    }
    if (values.size() == 1) {
      return values.getFirst();
    }
    ArrayNode all = NODES.arrayNode();
    values.forEach(all::add);
    return all;
  }

  /** Whether a text begins within an object: with a key or the end of something. */
  static boolean isPiece(String text) {
    return Text.matches(
        text.stripLeading().lines().findFirst().orElse("").strip(),
        "\"[A-Za-z0-9_.:-]+\" ?: ?\\S.*|[}\\]],?");
  }

  /**
   * As {@link #read(String, Notes)}, and where it cannot go on it begins again at the next object:
   * for documents whose parts tell by themselves what they are.
   */
  static JsonNode pieces(String text, Notes notes) throws ParseFailure {
    Notes own = new Notes();
    @Nullable JsonNode whole = null;
    @Nullable ParseFailure failure = null;
    try {
      whole = looksLike(text) ? read(text, own) : null;
    } catch (ParseFailure e) {
      failure = e;
    }
    if (whole != null && own.list().stream().noneMatch(note -> note.startsWith("JSON ends"))) {
      own.list().forEach(notes::add);
      return whole;
    }
    List<JsonNode> values = new ArrayList<>();
    String json = text.stripLeading();
    json = json.startsWith("\"") ? "{" + json : json;
    char[] characters = json.toCharArray();
    int from = json.indexOf('{');
    for (int piece = 0; piece < MOST_PIECES && from >= 0; piece++) {
      int end = from + consume(characters, from, values);
      from = json.indexOf('{', Math.max(end, from + 1));
    }
    if (whole != null && size(values) <= size(List.of(whole))) {
      own.list().forEach(notes::add);
      return whole;
    }
    if (values.isEmpty()) {
      throw failure == null ? new ParseFailure("no JSON in it") : failure;
    }
    notes.add("pieces of JSON: begin or end of it, or something between, is missing");
    ArrayNode all = NODES.arrayNode();
    values.forEach(all::add);
    return all;
  }

  /** Reads as many values as there are; how far it came. */
  private static int consume(char[] json, int from, List<JsonNode> values) {
    int length = json.length - from;
    try (JsonParser parser = MAPPER.createParser(json, from, length)) {
      Building building = new Building(values);
      try {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          building.take(token, parser);
        }
        return length;
      } catch (JacksonException e) {
        building.end();
        long at = parser.currentLocation().getCharOffset();
        return at < 0 || at > length ? length : (int) at;
      }
    }
  }

  private static int size(List<JsonNode> values) {
    int size = 0;
    for (JsonNode value : values) {
      size += value.toString().length();
    }
    return size;
  }

  /** Reads all values that are there; why it ended before the end, or null. */
  private static @Nullable String read(String json, List<JsonNode> values) {
    try (JsonParser parser = MAPPER.createParser(json)) {
      Building building = new Building(values);
      try {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          building.take(token, parser);
        }
        return building.isOpen() ? "unclosed" : null;
      } catch (JacksonException e) {
        building.end();
        return e.getOriginalMessage().lines().findFirst().orElse("");
      }
    }
  }

  /** A tree that is whole at any time. */
  private static final class Building {
    private final List<JsonNode> values;
    private final List<JsonNode> open = new ArrayList<>();
    private @Nullable String name;

    Building(List<JsonNode> values) {
      this.values = values;
    }

    boolean isOpen() {
      return !open.isEmpty();
    }

    void end() {
      open.clear();
    }

    void take(JsonToken token, JsonParser parser) {
      switch (token) {
        case START_OBJECT -> open(NODES.objectNode());
        case START_ARRAY -> open(NODES.arrayNode());
        case END_OBJECT, END_ARRAY -> open.removeLast();
        case PROPERTY_NAME -> name = parser.currentName();
        case VALUE_STRING -> add(NODES.stringNode(parser.getString()));
        case VALUE_NUMBER_INT -> add(whole(parser));
        case VALUE_NUMBER_FLOAT -> add(NODES.numberNode(parser.getDoubleValue()));
        case VALUE_TRUE -> add(NODES.booleanNode(true));
        case VALUE_FALSE -> add(NODES.booleanNode(false));
        default -> add(NODES.nullNode());
      }
    }

    private static JsonNode whole(JsonParser parser) {
      return switch (parser.getNumberType()) {
        case INT, LONG -> NODES.numberNode(parser.getLongValue());
        default -> NODES.numberNode(parser.getBigIntegerValue());
      };
    }

    private void open(JsonNode node) {
      add(node);
      open.add(node);
    }

    private void add(JsonNode node) {
      if (open.isEmpty()) {
        values.add(node);
      } else if (open.getLast() instanceof ObjectNode object) {
        String key = name == null ? "" : name;
        // A key twice (lscpu, old lldpcli, ip's rules): the first stays, as people would read it.
        if (!object.has(key)) {
          object.set(key, node);
        }
      } else if (open.getLast() instanceof ArrayNode array) {
        array.add(node);
      }
    }
  }
}
