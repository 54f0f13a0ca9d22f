package dev.ingot.server.inventory.query;

import dev.ingot.server.http.JsonPieces;
import org.jspecify.annotations.Nullable;

/** A document as it is shown, of the text that the database has of it. */
public final class DocumentText {
  private static final int EMPTY = "{}".length();

  private DocumentText() {}

  /**
   * Adds {@code {"mercury_id":…,…}}.
   *
   * @param id of digits and letters
   * @param stored the object that is stored; null for none
   */
  public static void add(JsonPieces json, String id, byte @Nullable [] stored) {
    json.add("{\"mercury_id\":\"" + id + "\"");
    if (stored == null || stored.length == EMPTY) {
      json.add("}");
    } else {
      json.add(",").add(stored, 1);
    }
  }
}
