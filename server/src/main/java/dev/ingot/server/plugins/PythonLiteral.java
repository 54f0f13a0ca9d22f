package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A literal of Python 2 or 3 as JSON: lists, tuples and sets as arrays, dictionaries as objects,
 * strings, numbers, {@code True}, {@code False}, {@code None}. What {@code ast.literal_eval} takes,
 * as {@code json.dumps} writes it; nothing is ever evaluated. Language reference, 2.4 and 6.2.
 */
final class PythonLiteral {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<radix>0[xX][0-9a-fA-F_]++|0[oO][0-7_]++|0[bB][01_]++)[lL]?"
              + "|(?<real>[0-9][0-9_]*+\\.[0-9_]*+(?:[eE][-+]?[0-9]++)?"
              + "|\\.[0-9][0-9_]*+(?:[eE][-+]?[0-9]++)?"
              + "|[0-9][0-9_]*+[eE][-+]?[0-9]++)"
              + "|(?<whole>[1-9][0-9_]*+|0[0_]*+)[lL]?");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** As Python itself since 3.11. */
  private static final int MOST_DIGITS = 4300;

  private static final int MOST_VALUES = 500_000;

  private final String text;
  private int at;
  private int values;

  private PythonLiteral(String text) {
    this.text = text;
  }

  static JsonNode parse(String text) throws NotAValue {
    PythonLiteral literal = new PythonLiteral(text);
    JsonNode value = literal.value(1);
    literal.blank();
    if (literal.at < text.length()) {
      throw literal.wrong("something follows the literal");
    }
    return value;
  }

  private NotAValue wrong(String why) {
    long line =
        text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
    return new NotAValue("not a Python literal: line %d: %s".formatted(line + 1, why));
  }

  private void blank() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        at++;
      } else if (text.startsWith("\\\n", at)) {
        at += 2;
      } else {
        return;
      }
    }
  }

  private boolean next(char c) {
    blank();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private JsonNode value(int depth) throws NotAValue {
    blank();
    if (depth > Json.MAX_DEPTH) {
      throw wrong("nested deeper than " + Json.MAX_DEPTH + " levels");
    }
    if (++values > MOST_VALUES) {
      throw wrong("more than " + MOST_VALUES + " values");
    }
    if (at == text.length()) {
      throw wrong("a value is missing");
    }
    char c = text.charAt(at);
    return switch (c) {
      case '[' -> list(']', depth);
      case '(' -> tuple(depth);
      case '{' -> braces(depth);
      case '-', '+' -> signed();
      case '\'', '"' -> NODES.stringNode(strings());
      default -> {
        if (Character.isDigit(c) || c == '.') {
          yield number(false);
        }
        yield word(depth);
      }
    };
  }

  private ArrayNode list(char end, int depth) throws NotAValue {
    at++;
    ArrayNode list = NODES.arrayNode();
    while (!next(end)) {
      if (!list.isEmpty()) {
        comma(end);
        if (next(end)) {
          return list;
        }
      }
      list.add(value(depth + 1));
    }
    return list;
  }

  private void comma(char end) throws NotAValue {
    if (!next(',')) {
      throw wrong("a comma or " + end + " is wanted");
    }
  }

  /** A tuple; or one value in parentheses, which is that value. */
  private JsonNode tuple(int depth) throws NotAValue {
    at++;
    ArrayNode list = NODES.arrayNode();
    boolean comma = false;
    while (!next(')')) {
      if (!list.isEmpty() && !comma) {
        throw wrong("a comma or ) is wanted");
      }
      list.add(value(depth + 1));
      comma = next(',');
    }
    return list.size() == 1 && !comma ? list.get(0) : list;
  }

  private JsonNode braces(int depth) throws NotAValue {
    at++;
    if (next('}')) {
      return NODES.objectNode();
    }
    JsonNode first = value(depth + 1);
    if (!next(':')) {
      return set(first, depth);
    }
    ObjectNode object = NODES.objectNode();
    object.set(key(first), value(depth + 1));
    while (!next('}')) {
      comma('}');
      if (next('}')) {
        return object;
      }
      String key = key(value(depth + 1));
      if (!next(':')) {
        throw wrong("a : is wanted after a key");
      }
      object.set(key, value(depth + 1));
    }
    return object;
  }

  private ArrayNode set(JsonNode first, int depth) throws NotAValue {
    ArrayNode list = NODES.arrayNode().add(first);
    while (!next('}')) {
      comma('}');
      if (next('}')) {
        return list;
      }
      list.add(value(depth + 1));
    }
    return list;
  }

  /** As json.dumps writes a key. */
  private String key(JsonNode key) throws NotAValue {
    if (key.isString()) {
      return key.stringValue();
    }
    if (key.isContainer()) {
      throw wrong("a key of several values, which JSON has not");
    }
    return key.isNull() ? "null" : key.asString();
  }

  private JsonNode signed() throws NotAValue {
    boolean negative = false;
    while (at < text.length() && "+-".indexOf(text.charAt(at)) >= 0) {
      negative ^= text.charAt(at) == '-';
      at++;
      blank();
    }
    return number(negative);
  }

  private JsonNode number(boolean negative) throws NotAValue {
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw wrong("a number is wanted");
    }
    if (number.end() - at > MOST_DIGITS) {
      throw wrong("a number of more than " + MOST_DIGITS + " digits");
    }
    at = number.end();
    if (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      throw wrong("no number that JSON has");
    }
    String real = number.group("real");
    if (real != null) {
      double value = Double.parseDouble(real.replace("_", ""));
      if (Double.isInfinite(value)) {
        throw wrong("a number that is too large");
      }
      BigDecimal exact = new BigDecimal(real.replace("_", "").replaceFirst("^\\.", "0."));
      return NODES.numberNode(negative ? exact.negate() : exact);
    }
    BigInteger whole = whole(number);
    BigInteger value = negative ? whole.negate() : whole;
    return value.bitLength() < 64 ? NODES.numberNode(value.longValue()) : NODES.numberNode(value);
  }

  private static BigInteger whole(Matcher number) {
    String radix = number.group("radix");
    if (radix == null) {
      return new BigInteger(number.group("whole").replace("_", ""));
    }
    int base =
        switch (radix.charAt(1)) {
          case 'x', 'X' -> 16;
          case 'o', 'O' -> 8;
          default -> 2;
        };
    return new BigInteger(radix.substring(2).replace("_", ""), base);
  }

  private JsonNode word(int depth) throws NotAValue {
    Matcher word = WORD.matcher(text).region(at, text.length());
    if (!word.lookingAt()) {
      throw wrong("no value begins with " + text.charAt(at));
    }
    String name = word.group();
    if (word.end() < text.length() && "'\"".indexOf(text.charAt(word.end())) >= 0) {
      return NODES.stringNode(strings());
    }
    at = word.end();
    return switch (name) {
      case "True" -> NODES.booleanNode(true);
      case "False" -> NODES.booleanNode(false);
      case "None" -> NODES.nullNode();
      case "set" -> {
        // How Python prints a set that is empty, or, before 3, any.
        if (!next('(')) {
          throw wrong("set is no value");
        }
        if (next(')')) {
          yield NODES.arrayNode();
        }
        JsonNode members = value(depth + 1);
        if (!members.isArray() || !next(')')) {
          throw wrong("a list and ) are wanted after set(");
        }
        yield members;
      }
      default -> throw wrong(shown(name) + " is no value; values are True, False, None, …");
    };
  }

  private static String shown(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "…";
  }

  /** Strings side by side are one. */
  private String strings() throws NotAValue {
    StringBuilder all = new StringBuilder();
    while (true) {
      PythonString one = PythonString.at(text, at);
      if (one == null) {
        return all.toString();
      }
      at = one.end();
      if (one.wrong() != null) {
        throw wrong(one.wrong());
      }
      all.append(one.value());
      blank();
    }
  }
}
