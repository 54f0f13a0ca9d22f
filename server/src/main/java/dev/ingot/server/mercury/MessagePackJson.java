package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.CodingErrorAction;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * MessagePack as JSON. Peers are Python's msgpack 0.5, which knows no binary type: their strings
 * may hold what is not UTF-8, of which U+FFFD is made, as of the bytes of a newer one.
 */
final class MessagePackJson {
  /** As deep as the inventory's documents may be. */
  private static final int DEEPEST = 64;

  /** Far more than any machine's document has: each takes more memory here than octets there. */
  private static final int MOST_VALUES = 100_000;

  static {
    // Its buffers would be reached by sun.misc.Unsafe, of which the JVM warns.
    System.setProperty("msgpack.universal-buffer", "true");
  }

  private static final MessagePack.UnpackerConfig TOLERANT =
      new MessagePack.UnpackerConfig()
          .withActionOnMalformedString(CodingErrorAction.REPLACE)
          .withActionOnUnmappableString(CodingErrorAction.REPLACE)
          .withAllowReadingBinaryAsString(true);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private MessagePackJson() {}

  /**
   * The one value in the octets.
   *
   * @throws IllegalArgumentException if they hold no value, more than one, or one that JSON has not
   */
  static JsonNode read(byte[] octets) {
    try (MessageUnpacker unpacker = TOLERANT.newUnpacker(octets)) {
      JsonNode value = value(unpacker, 0, new Count());
      if (unpacker.hasNext()) {
        throw new IllegalArgumentException("more than one value");
      }
      return value;
    } catch (MessageInsufficientBufferException e) {
      throw new IllegalArgumentException("it is not MessagePack: it ends in the middle", e);
    } catch (IOException | MessagePackException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IllegalArgumentException("it is not MessagePack: " + why, e);
    }
  }

  /** How many values there were. */
  private static final class Count {
    private int values;

    void one() {
      if (++values > MOST_VALUES) {
        throw new IllegalArgumentException("more than " + MOST_VALUES + " values");
      }
    }
  }

  private static JsonNode value(MessageUnpacker unpacker, int depth, Count count)
      throws IOException {
    count.one();
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("deeper than " + DEEPEST);
    }
    ValueType type = unpacker.getNextFormat().getValueType();
    return switch (type) {
      case NIL -> {
        unpacker.unpackNil();
        yield NODES.nullNode();
      }
      case BOOLEAN -> NODES.booleanNode(unpacker.unpackBoolean());
      case INTEGER -> integer(unpacker.unpackBigInteger());
      case FLOAT -> {
        double number = unpacker.unpackDouble();
        if (!Double.isFinite(number)) {
          throw new IllegalArgumentException("a number that is not finite");
        }
        yield NODES.numberNode(number);
      }
      case STRING, BINARY -> NODES.stringNode(unpacker.unpackString());
      case ARRAY -> {
        int size = unpacker.unpackArrayHeader();
        ArrayNode array = NODES.arrayNode();
        for (int i = 0; i < size; i++) {
          array.add(value(unpacker, depth + 1, count));
        }
        yield array;
      }
      case MAP -> {
        int size = unpacker.unpackMapHeader();
        ObjectNode object = NODES.objectNode();
        for (int i = 0; i < size; i++) {
          String key = key(unpacker);
          object.set(key, value(unpacker, depth + 1, count));
        }
        yield object;
      }
      case EXTENSION -> throw new IllegalArgumentException("an extension type, which JSON has not");
    };
  }

  private static JsonNode integer(BigInteger number) {
    return number.bitLength() < Long.SIZE
        ? NODES.numberNode(number.longValue())
        : NODES.numberNode(number);
  }

  private static String key(MessageUnpacker unpacker) throws IOException {
    return switch (unpacker.getNextFormat().getValueType()) {
      case STRING, BINARY -> unpacker.unpackString();
      case INTEGER -> unpacker.unpackBigInteger().toString();
      case NIL, BOOLEAN, FLOAT, ARRAY, MAP, EXTENSION ->
          throw new IllegalArgumentException("a key that is no string");
    };
  }

  static byte[] write(JsonNode value) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      write(packer, value);
      return packer.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("a buffer in memory", e);
    }
  }

  /** Writes a value. */
  static void write(JsonNode value, OutputStream out) {
    write(out, packer -> write(packer, value));
  }

  /** What is written one after another. */
  interface Packing {
    void to(MessagePacker packer) throws IOException;
  }

  /** Writes what is no whole value. */
  static void write(OutputStream out, Packing packing) {
    try (MessagePacker packer = MessagePack.newDefaultPacker(out)) {
      packing.to(packer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(MessagePacker packer, JsonNode value) throws IOException {
    if (value.isObject()) {
      packer.packMapHeader(value.size());
      for (var entry : value.properties()) {
        packer.packString(entry.getKey());
        write(packer, entry.getValue());
      }
    } else if (value.isArray()) {
      packer.packArrayHeader(value.size());
      for (JsonNode each : value) {
        write(packer, each);
      }
    } else if (value.isString()) {
      packer.packString(value.stringValue());
    } else if (value.isBoolean()) {
      packer.packBoolean(value.booleanValue());
    } else if (value.isIntegralNumber() && fits(value.bigIntegerValue())) {
      packer.packBigInteger(value.bigIntegerValue());
    } else if (value.isNumber()) {
      packer.packDouble(value.doubleValue());
    } else if (value.isNull() || value.isMissingNode()) {
      packer.packNil();
    } else {
      packer.packString(Json.write(value));
    }
  }

  /** From the least signed to the greatest unsigned number of 64 bits. */
  private static boolean fits(BigInteger number) {
    return number.bitLength() <= (number.signum() < 0 ? Long.SIZE - 1 : Long.SIZE);
  }
}
