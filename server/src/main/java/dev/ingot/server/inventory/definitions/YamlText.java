package dev.ingot.server.inventory.definitions;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.Event.ID;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One YAML 1.2 document as the JSON value that it is (core schema, section 10.3), keys in their
 * order. Anchors, aliases, tags and keys that are no texts are refused.
 */
public final class YamlText {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,39})");
  private static final Pattern DECIMAL =
      Pattern.compile("-?(0|[1-9][0-9]{0,39})(\\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?");

  private final Iterator<Event> events;

  private YamlText(String text) {
    this.events = new Parse(LoadSettings.builder().build()).parseString(text).iterator();
  }

  /**
   * Reads it.
   *
   * @throws Problem malformed, with the line
   */
  public static JsonNode read(String text) {
    try {
      return new YamlText(text).document();
    } catch (MarkedYamlEngineException e) {
      String line =
          e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
      throw new Problem(Problem.Kind.MALFORMED, line + "not YAML: " + e.getProblem(), null, e);
    } catch (YamlEngineException e) {
      throw new Problem(Problem.Kind.MALFORMED, "not YAML: " + e.getMessage(), null, e);
    }
  }

  /** The same for JSON. */
  public static JsonNode readJson(String text) {
    try {
      return Json.read(text);
    } catch (JacksonException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      String why = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw new Problem(Problem.Kind.MALFORMED, line + "not JSON: " + why, null, e);
    }
  }

  private JsonNode document() {
    next(); // stream start
    if (next().getEventId() == ID.StreamEnd) {
      throw Problem.malformed(null, "the file is empty");
    }
    JsonNode value = value(next(), 1);
    next(); // document end
    Event after = next();
    if (after.getEventId() != ID.StreamEnd) {
      throw refused(after, "a second document; one file is one definition");
    }
    return value;
  }

  private JsonNode value(Event event, int depth) {
    if (depth > Json.MAX_DEPTH) {
      throw refused(event, "nested deeper than " + Json.MAX_DEPTH + " levels");
    }
    return switch (event.getEventId()) {
      case Scalar -> scalar((ScalarEvent) event);
      case SequenceStart -> list(depth);
      case MappingStart -> object(depth);
      default -> throw refused(event, "unexpected " + event.getEventId());
    };
  }

  private ArrayNode list(int depth) {
    ArrayNode list = NODES.arrayNode();
    for (Event event = next(); event.getEventId() != ID.SequenceEnd; event = next()) {
      list.add(value(event, depth + 1));
    }
    return list;
  }

  private ObjectNode object(int depth) {
    ObjectNode object = NODES.objectNode();
    for (Event event = next(); event.getEventId() != ID.MappingEnd; event = next()) {
      if (!(event instanceof ScalarEvent key)) {
        throw refused(event, "a key is a text");
      }
      if (object.has(key.getValue())) {
        throw refused(event, "the key " + key.getValue() + " is there twice");
      }
      object.set(key.getValue(), value(next(), depth + 1));
    }
    return object;
  }

  private static JsonNode scalar(ScalarEvent scalar) {
    String text = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return NODES.stringNode(text);
    }
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> NODES.nullNode();
      case "true", "True", "TRUE" -> NODES.booleanNode(true);
      case "false", "False", "FALSE" -> NODES.booleanNode(false);
      default -> {
        if (INTEGER.matcher(text).matches()) {
          BigInteger number = new BigInteger(text);
          yield number.bitLength() < 64
              ? NODES.numberNode(number.longValue())
              : NODES.numberNode(number);
        }
        yield DECIMAL.matcher(text).matches()
            ? NODES.numberNode(new BigDecimal(text))
            : NODES.stringNode(text);
      }
    };
  }

  private Event next() {
    Event event = events.next();
    if (event.getEventId() == ID.Alias
        || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
      throw refused(event, "anchors and aliases are not taken");
    }
    boolean tagged =
        event instanceof ScalarEvent scalar
            && scalar.getTag().isPresent()
            && !scalar.getTag().get().equals("!");
    if (tagged) {
      throw refused(event, "tags are not taken");
    }
    return event;
  }

  private static Problem refused(Event event, String why) {
    String line =
        event.getStartMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
    return Problem.malformed(null, line + why);
  }
}
