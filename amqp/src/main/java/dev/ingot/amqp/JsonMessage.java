package dev.ingot.amqp;

import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What old programs put into a message: JSON, which they say with a content type or not at all. */
public final class JsonMessage {
  private static final Pattern CONTENT =
      Pattern.compile("(application/(x-)?json|text/[a-z0-9.+-]+)(\\s*;.*)?", Pattern.DOTALL);
  private static final int SHOWN = 60;

  private JsonMessage() {}

  /**
   * The value in a message's body.
   *
   * @throws UnreadableMessage if it says that it is something else, or is
   */
  public static JsonNode body(Delivery delivery) {
    String type = delivery.properties().getContentType();
    if (type != null
        && !type.isBlank()
        && !CONTENT.matcher(type.strip().toLowerCase(Locale.ROOT)).matches()) {
      throw new UnreadableMessage("its content type is " + shown(type) + ", JSON is wanted");
    }
    String encoding = delivery.properties().getContentEncoding();
    if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("utf-8")) {
      throw new UnreadableMessage("its encoding is " + shown(encoding) + ", UTF-8 is wanted");
    }
    try {
      return Json.read(delivery.body());
    } catch (JacksonException e) {
      throw new UnreadableMessage(
          "it is not JSON: "
              + shown(String.valueOf(e.getOriginalMessage()))
              + "; it begins "
              + shown(new String(delivery.body(), StandardCharsets.UTF_8)));
    }
  }

  /** The beginning of what somebody said, on one line. */
  public static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
