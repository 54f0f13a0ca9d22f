package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.Event.ID;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One YAML document as JSON, of the core schema (YAML 1.2.2, 10.3): no tag makes an object of
 * anything, and anchors are taken as long as what they come to is bounded. Of YAML 1.1 only the
 * merge key is known; {@code yes} and {@code no} are words.
 */
final class YamlValue {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String CORE = "tag:yaml.org,2002:";
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,400}");
  private static final Pattern OCTAL = Pattern.compile("0o[0-7]{1,64}");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]{1,64}");
  private static final Pattern REAL =
      Pattern.compile(
          "[-+]?(\\.[0-9]{1,200}|[0-9]{1,200}(\\.[0-9]{0,200})?)([eE][-+]?[0-9]{1,3})?");

  /** What all aliases together may come to. */
  private static final int MOST_VALUES = 200_000;

  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int values;
  private int deepest;

  /** A value that aliases mean, how many values it is, and how deep. */
  private record Anchored(JsonNode value, int size, int height) {}

  private YamlValue(String text) {
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(16 << 20).setAllowDuplicateKeys(false).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  static JsonNode parse(String text) throws NotAValue {
    try {
      return new YamlValue(text).document();
    } catch (MarkedYamlEngineException e) {
      String line =
          e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
      throw new NotAValue("not YAML: " + line + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new NotAValue("not YAML: " + e.getMessage(), e);
    }
  }

  private JsonNode document() throws NotAValue {
    events.next(); // stream start
    if (events.next().getEventId() == ID.StreamEnd) {
      return NODES.nullNode();
    }
    JsonNode value = value(events.next(), 1);
    events.next(); // document end
    Event after = events.next();
    if (after.getEventId() != ID.StreamEnd) {
      throw wrong(after, "a second document");
    }
    return value;
  }

  private static NotAValue wrong(Event event, String why) {
    String line =
        event.getStartMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
    return new NotAValue("not YAML that is taken: " + line + why);
  }

  private void count(Event event, int more) throws NotAValue {
    values += more;
    if (values > MOST_VALUES) {
      throw wrong(event, "aliases come to more than " + MOST_VALUES + " values");
    }
  }

  private JsonNode value(Event event, int depth) throws NotAValue {
    if (depth > Json.MAX_DEPTH) {
      throw wrong(event, "nested deeper than " + Json.MAX_DEPTH + " levels");
    }
    if (event instanceof AliasEvent alias) {
      Anchored meant = anchors.get(alias.getAlias().getValue());
      if (meant == null) {
        throw wrong(event, "an alias of what is not there yet");
      }
      count(event, meant.size());
      if (depth + meant.height() > Json.MAX_DEPTH) {
        throw wrong(event, "nested deeper than " + Json.MAX_DEPTH + " levels");
      }
      deepest = Math.max(deepest, depth + meant.height());
      return meant.value();
    }
    int before = values;
    int deepestBefore = deepest;
    deepest = depth;
    count(event, 1);
    JsonNode value =
        switch (event.getEventId()) {
          case Scalar -> scalar((ScalarEvent) event);
          case SequenceStart -> list((CollectionStartEvent) event, depth);
          case MappingStart -> object((CollectionStartEvent) event, depth);
          default -> throw wrong(event, "unexpected " + event.getEventId());
        };
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      anchors.put(
          node.getAnchor().get().getValue(), new Anchored(value, values - before, deepest - depth));
    }
    deepest = Math.max(deepest, deepestBefore);
    return value;
  }

  private static void checkTag(CollectionStartEvent event, String own) throws NotAValue {
    String tag = event.getTag().orElse("!");
    if (!tag.equals("!") && !tag.equals(CORE + own)) {
      throw wrong(event, "the tag " + shown(tag));
    }
  }

  private ArrayNode list(CollectionStartEvent start, int depth) throws NotAValue {
    checkTag(start, "seq");
    ArrayNode list = NODES.arrayNode();
    for (Event event = events.next(); event.getEventId() != ID.SequenceEnd; event = events.next()) {
      list.add(value(event, depth + 1));
    }
    return list;
  }

  private ObjectNode object(CollectionStartEvent start, int depth) throws NotAValue {
    checkTag(start, "map");
    ObjectNode object = NODES.objectNode();
    ObjectNode merged = NODES.objectNode();
    for (Event event = events.next(); event.getEventId() != ID.MappingEnd; event = events.next()) {
      boolean merges =
          event instanceof ScalarEvent scalar
              && scalar.getValue().equals("<<")
              && scalar.getScalarStyle() == ScalarStyle.PLAIN;
      JsonNode key = value(event, depth + 1);
      JsonNode value = value(events.next(), depth + 1);
      if (merges) {
        merge(event, value, merged);
        continue;
      }
      if (key.isContainer()) {
        throw wrong(event, "a key of several values, which JSON has not");
      }
      String name = event instanceof ScalarEvent scalar ? scalar.getValue() : key.asString();
      if (object.has(name)) {
        throw wrong(event, "the key " + shown(name) + " is there twice");
      }
      object.set(name, value);
    }
    merged.forEachEntry(object::putIfAbsent);
    return object;
  }

  /** Earlier ones win. */
  private static void merge(Event event, JsonNode value, ObjectNode into) throws NotAValue {
    if (value instanceof ObjectNode object) {
      object.forEachEntry(into::putIfAbsent);
    } else if (value instanceof ArrayNode list && list.valueStream().allMatch(JsonNode::isObject)) {
      for (JsonNode each : list) {
        each.forEachEntry(into::putIfAbsent);
      }
    } else {
      throw wrong(event, "<< of what is no mapping");
    }
  }

  private static JsonNode scalar(ScalarEvent scalar) throws NotAValue {
    String text = scalar.getValue();
    String tag = scalar.getTag().orElse(null);
    if (tag == null) {
      return scalar.getScalarStyle() == ScalarStyle.PLAIN ? plain(text) : NODES.stringNode(text);
    }
    if (tag.equals("!") || tag.equals(CORE + "str") || tag.equals(CORE + "binary")) {
      return NODES.stringNode(text);
    }
    JsonNode value = plain(text);
    boolean fits =
        switch (tag) {
          case CORE + "int" -> value.isIntegralNumber();
          case CORE + "float" -> value.isNumber();
          case CORE + "bool" -> value.isBoolean();
          case CORE + "null" -> value.isNull();
          default -> throw wrong(scalar, "the tag " + shown(tag));
        };
    if (!fits) {
      throw wrong(scalar, shown(text) + " is not of its tag " + tag);
    }
    return value;
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  private static JsonNode plain(String text) {
    @Nullable JsonNode word =
        switch (text) {
          case "", "~", "null", "Null", "NULL" -> NODES.nullNode();
          case "true", "True", "TRUE" -> NODES.booleanNode(true);
          case "false", "False", "FALSE" -> NODES.booleanNode(false);
          default -> null;
        };
    if (word != null) {
      return word;
    }
    if (INTEGER.matcher(text).matches()) {
      return whole(new BigInteger(text));
    }
    if (OCTAL.matcher(text).matches()) {
      return whole(new BigInteger(text.substring(2), 8));
    }
    if (HEXADECIMAL.matcher(text).matches()) {
      return whole(new BigInteger(text.substring(2), 16));
    }
    // Infinity and no number at all (.inf, .nan) are words: JSON has neither.
    return REAL.matcher(text).matches()
        ? NODES.numberNode(new BigDecimal(text))
        : NODES.stringNode(text);
  }

  private static JsonNode whole(BigInteger number) {
    return number.bitLength() < 64
        ? NODES.numberNode(number.longValue())
        : NODES.numberNode(number);
  }
}
