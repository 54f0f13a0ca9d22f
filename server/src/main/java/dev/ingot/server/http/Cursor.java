package dev.ingot.server.http;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Where a list goes on. Opaque to clients; says which list (and sort, filter) it belongs to and is
 * checked when it comes back, so it needs no secret: who forges one starts at another row of what
 * he may read anyway.
 *
 * @param list what it belongs to, e.g. {@code tokens}; a cursor of another list is refused
 * @param keys values of the sort keys of the last item that was shown
 */
public record Cursor(String list, List<String> keys) {
  private static final int LONGEST = 131_072;

  public static Cursor of(String list, Object... keys) {
    return new Cursor(list, Arrays.stream(keys).map(String::valueOf).toList());
  }

  /** As it stands in {@code next}. */
  public String text() {
    List<String> values = new ArrayList<>(keys.size() + 1);
    values.add(list);
    values.addAll(keys);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(values));
  }

  /**
   * Reads a cursor that a client brings.
   *
   * @throws Problem if it is not one of this list with that many keys
   */
  public static Cursor parse(String text, String list, int keys) {
    try {
      if (text.length() <= LONGEST) {
        JsonNode values =
            Json.read(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
        if (values.isArray() && values.size() == keys + 1 && list.equals(text(values.get(0)))) {
          List<String> read = new ArrayList<>(keys);
          for (int i = 1; i <= keys; i++) {
            read.add(text(values.get(i)));
          }
          return new Cursor(list, read);
        }
      }
    } catch (IllegalArgumentException | JacksonException e) {
      throw new Problem(Problem.Kind.INVALID, "not a cursor of this list", "cursor", e);
    }
    throw Problem.invalid("cursor", "not a cursor of this list");
  }

  /** The key as a number. */
  public long number(int key) {
    try {
      return Long.parseLong(keys.get(key));
    } catch (NumberFormatException e) {
      throw new Problem(Problem.Kind.INVALID, "not a cursor of this list", "cursor", e);
    }
  }

  private static String text(JsonNode node) {
    if (!node.isString()) {
      throw new IllegalArgumentException("not text");
    }
    return node.stringValue();
  }
}
