package dev.ingot.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/** Messages about results of plugins, to JSON and back. */
final class PluginMessages {
  private static final int MAX_ID = 64;
  private static final int MAX_BASE64 = (PluginResult.MOST_OUTPUT + 2) / 3 * 4;

  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private PluginMessages() {}

  static ObjectNode write(ObjectNode object, PluginMessage message) {
    return switch (message) {
      case PluginMessage.Result(PluginResult result) ->
          result(object.put("type", "plugin-result"), result);
      case PluginMessage.Stored(String id, String error) -> {
        object.put("type", "plugin-stored").put("id", id);
        yield error == null ? object : object.put("error", MessageWriter.cut(error));
      }
    };
  }

  static ObjectNode result(ObjectNode object, PluginResult result) {
    object.put("id", result.id()).put("origin", result.origin());
    object.put("plugin", result.plugin()).put("format", result.format());
    if (result.task() != null) {
      object.put("task", result.task());
    }
    object.put("time", result.time().toString()).put("milliseconds", result.milliseconds());
    if (result.exit() != null) {
      object.put("exit", result.exit());
    }
    if (result.error() != null) {
      object.put("error", MessageWriter.cut(result.error().replace('\0', '\ufffd')));
    }
    if (result.output().length > 0) {
      object.put("output", Base64.getEncoder().encodeToString(result.output()));
    }
    return result.lost() == 0 ? object : object.put("lost", result.lost());
  }

  static PluginMessage.Stored stored(Fields fields) {
    return new PluginMessage.Stored(
        fields.text("id", MAX_ID), fields.textOrNull("error", MessageReader.MAX_DETAIL));
  }

  static PluginResult result(Fields fields) {
    String name = fields.text("plugin", PluginResult.LONGEST_NAME);
    if (!name.matches(PluginResult.NAME)) {
      throw new ProtocolException(
          "malformed", fields.path() + ".plugin: letters, digits, _ and - are wanted here");
    }
    return new PluginResult(
        fields.text("id", MAX_ID),
        fields.text("origin", MAX_ID),
        name,
        fields.text("format", 32),
        fields.value("task") == null ? null : fields.number("task", 1, Long.MAX_VALUE),
        time(fields),
        fields.number("milliseconds", 0, Long.MAX_VALUE),
        fields.value("exit") == null ? null : fields.small("exit", 0, 255),
        fields.textOrNull("error", MessageReader.MAX_DETAIL),
        output(fields),
        fields.value("lost") == null ? 0 : fields.number("lost", 0, Long.MAX_VALUE));
  }

  private static byte[] output(Fields fields) {
    String encoded = fields.textOrNull("output", MAX_BASE64);
    if (encoded == null) {
      return new byte[0];
    }
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(
          "malformed", fields.path() + ".output: base64 is wanted here (RFC 4648 section 4)", e);
    }
  }

  /** A clock may say anything that is a time, up to what a database keeps. */
  private static Instant time(Fields fields) {
    try {
      Instant time = Instant.parse(fields.text("time", MAX_ID));
      if (time.isAfter(LATEST) || time.isBefore(EARLIEST)) {
        throw new ProtocolException(
            "malformed", fields.path() + ".time: a time of years 1 to 9999 is wanted here");
      }
      return time;
    } catch (DateTimeException e) {
      throw new ProtocolException(
          "malformed", fields.path() + ".time: an ISO 8601 time is wanted here", e);
    }
  }
}
