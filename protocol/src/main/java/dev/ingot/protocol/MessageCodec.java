package dev.ingot.protocol;

import dev.ingot.core.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Messages as JSON and back: an object whose {@code type} says which message it is. */
public final class MessageCodec {
  private MessageCodec() {}

  /** The message as JSON. */
  public static byte[] encode(Message message) {
    return Json.bytes(MessageWriter.write(message));
  }

  /**
   * Reads one message.
   *
   * @throws ProtocolException if the bytes are no message, whatever they are
   */
  public static Message decode(byte[] bytes) {
    JsonNode json;
    try {
      json = Json.read(bytes);
    } catch (JacksonException e) {
      throw new ProtocolException("malformed", "not JSON: " + e.getOriginalMessage(), e);
    }
    Fields fields = Fields.of(json, "message");
    String type = fields.text("type", 64);
    return MessageReader.read(type, new Fields(json, type));
  }
}
