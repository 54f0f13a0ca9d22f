package dev.ingot.server.eve;

import dev.ingot.core.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Bodies of forms: each value is a JSON object, or else a text. */
final class EveForm {
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i)boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70}))");
  private static final Pattern NAME =
      Pattern.compile("(?im)^content-disposition:[^\\r\\n]*[; ]name=\"([^\"]*)\"");

  private EveForm() {}

  /** {@code application/x-www-form-urlencoded}. */
  static ObjectNode encoded(byte[] body) {
    ObjectNode form = Json.MAPPER.createObjectNode();
    try {
      for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          set(
              form,
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
    return form;
  }

  /** {@code multipart/form-data} (RFC 7578), of texts. */
  static ObjectNode inParts(String contentType, byte[] body) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw new EveError(400, "The form does not say its boundary");
    }
    String said = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    // Lines are cut at the octets that Latin-1 keeps; values are UTF-8 again.
    String text = "\r\n" + new String(body, StandardCharsets.ISO_8859_1);
    ObjectNode form = Json.MAPPER.createObjectNode();
    String[] parts = text.split(Pattern.quote("\r\n--" + said), -1);
    for (int i = 1; i < parts.length && !parts[i].startsWith("--"); i++) {
      int end = parts[i].indexOf("\r\n\r\n");
      Matcher name = NAME.matcher(end < 0 ? "" : parts[i].substring(0, end));
      if (!name.find()) {
        throw new EveError(400, "The form cannot be read");
      }
      set(form, utf8(name.group(1)), utf8(parts[i].substring(end + 4)));
    }
    return form;
  }

  private static String utf8(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static void set(ObjectNode form, String name, String value) {
    try {
      if (value.startsWith("{")) {
        form.set(name, Json.read(value));
      } else {
        form.put(name, value);
      }
    } catch (JacksonException e) {
      throw unreadable(e);
    }
  }

  private static EveError unreadable(Exception cause) {
    return new EveError(400, "The form cannot be read", cause);
  }
}
