package dev.ingot.server.plugins;

import dev.ingot.protocol.PluginResult;
import dev.ingot.server.inventory.Storable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A result as it is stored: its output read, or why it could not be.
 *
 * @param node whose it is
 * @param name the plugin's, a key of the node's record
 * @param origin with {@code id}, by which the same result said twice is known; null for none
 * @param source who brought it: {@code agent}, or the protocol of another system
 * @param time when it ran, by the node's clock; null when that was not said
 * @param error why there is no value, or what else went wrong; null for nothing
 * @param notAValue the part of {@code error} that is about the output not being of its format
 * @param value null when there is none: the record then keeps the one that it has
 * @param raw what could not be read, kept aside; null for nothing
 */
public record ArrivedResult(
    String node,
    String name,
    @Nullable String origin,
    @Nullable String id,
    String source,
    String format,
    @Nullable Long job,
    @Nullable Instant time,
    @Nullable Long milliseconds,
    @Nullable Integer exit,
    @Nullable String error,
    @Nullable String notAValue,
    @Nullable JsonNode value,
    @Nullable String raw,
    long lost) {
  /** Of a node's own agent. */
  static ArrivedResult of(String node, PluginResult result) {
    JsonNode value = null;
    String notAValue = null;
    String raw = null;
    // What failed and wrote nothing has no value; what failed and wrote something may have one.
    if (result.output().length > 0 || result.error() == null) {
      try {
        value = ResultFormat.value(result.format(), result.output());
      } catch (NotAValue e) {
        notAValue = e.why();
        raw = readable(new String(result.output(), StandardCharsets.UTF_8));
      }
    }
    return new ArrivedResult(
        node,
        result.plugin(),
        result.origin(),
        result.id(),
        "agent",
        result.format(),
        result.task(),
        result.time(),
        result.milliseconds(),
        result.exit(),
        joined(result.error(), notAValue),
        notAValue,
        value,
        raw,
        result.lost());
  }

  /**
   * Of a peer that speaks another system's protocol.
   *
   * @param output what its plugin wrote: text to be read by the format, or a value already
   */
  public static ArrivedResult foreign(
      String node, String name, String source, String format, JsonNode output) {
    JsonNode value = null;
    String notAValue = null;
    String raw = null;
    try {
      // Lists and dictionaries of Python travel as JSON.
      value =
          output.isString()
              ? ResultFormat.value(format, output.stringValue())
              : ResultFormat.stored(output);
    } catch (NotAValue e) {
      notAValue = e.why();
      raw = readable(output.isString() ? output.stringValue() : output.toString());
    }
    return new ArrivedResult(
        node, name, null, null, source, format, null, null, null, null, notAValue, notAValue, value,
        raw, 0);
  }

  private static @Nullable String joined(@Nullable String first, @Nullable String second) {
    return first == null ? second : second == null ? first : first + "; " + second;
  }

  private static String readable(String text) {
    String kept =
        text.length() <= PluginResult.MOST_OUTPUT
            ? text
            : text.substring(0, PluginResult.MOST_OUTPUT);
    return Storable.of(kept);
  }
}
