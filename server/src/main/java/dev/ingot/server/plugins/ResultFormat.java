package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.Storable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** From what a plugin wrote to a value, as its format says. */
final class ResultFormat {
  static final List<String> WORDS =
      List.of("output", "json", "yaml", "pylist", "pydict", "raw", "string");

  /** The largest value, bytes of JSON. */
  static final int LARGEST = 4 << 20;

  /** Powers of ten within which PostgreSQL's numeric is far from its end. */
  private static final int LARGEST_EXPONENT = 1000;

  private ResultFormat() {}

  /** The value of a plugin's output. */
  static JsonNode value(String format, byte[] output) throws NotAValue {
    boolean text = format.equals("output") || format.equals("raw") || format.equals("string");
    return value(format, text ? new String(output, StandardCharsets.UTF_8) : strict(output));
  }

  private static String strict(byte[] output) throws NotAValue {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(output)).toString();
    } catch (CharacterCodingException e) {
      throw new NotAValue("not UTF-8", e);
    }
  }

  /** The value of a text. */
  static JsonNode value(String format, String text) throws NotAValue {
    return stored(
        switch (format) {
          case "output" -> lines(text);
          case "json" -> json(text);
          case "yaml" -> YamlValue.parse(text);
          case "pylist" -> python(text, JsonNode::isArray, "a list");
          case "pydict" -> python(text, JsonNode::isObject, "a dictionary");
          case "raw", "string" -> JsonNodeFactory.instance.stringNode(text);
          default -> throw new NotAValue("the format " + shown(format) + " is not known");
        });
  }

  /** A value that came as JSON already; what a database cannot hold of it is put right. */
  static JsonNode stored(JsonNode value) throws NotAValue {
    checkNumbers(value);
    JsonNode storable = Storable.of(value);
    if (Json.bytes(storable).length > LARGEST) {
      throw new NotAValue("the value is larger than " + LARGEST + " bytes of JSON");
    }
    return storable;
  }

  /** Vogeler's: split at line feeds, each line stripped, the empty one at the end kept. */
  private static ArrayNode lines(String text) {
    ArrayNode lines = JsonNodeFactory.instance.arrayNode();
    for (String line : text.split("\n", -1)) {
      lines.add(line.strip());
    }
    return lines;
  }

  private static JsonNode json(String text) throws NotAValue {
    if (text.isBlank()) {
      throw new NotAValue("not JSON: nothing is there");
    }
    try {
      return Json.read(text);
    } catch (JacksonException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      String why = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw new NotAValue("not JSON: " + line + why, e);
    }
  }

  private interface Kind {
    boolean is(JsonNode value);
  }

  private static JsonNode python(String text, Kind kind, String wanted) throws NotAValue {
    JsonNode value = PythonLiteral.parse(text);
    if (!kind.is(value)) {
      throw new NotAValue(wanted + " is wanted, another value is there");
    }
    return value;
  }

  private static void checkNumbers(JsonNode value) throws NotAValue {
    if (value.isContainer()) {
      for (JsonNode each : value) {
        checkNumbers(each);
      }
    } else if (value.isNumber() && !value.isIntegralNumber()) {
      double number = value.doubleValue();
      if (Double.isNaN(number) || Double.isInfinite(number)) {
        throw new NotAValue("a number that is out of range");
      }
      BigDecimal exact = value.decimalValue();
      if (Math.abs((long) exact.scale()) > LARGEST_EXPONENT) {
        throw new NotAValue("a number that is out of range");
      }
    }
  }

  static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
