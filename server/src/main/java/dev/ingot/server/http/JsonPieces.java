package dev.ingot.server.http;

import dev.ingot.core.Json;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer in JSON that is there in pieces, which are written as they are: what a database wrote
 * need not be read, nor copied into one. It is sent with its length.
 */
public final class JsonPieces {
  /** So much is written at once: a write for each piece would cost more than to gather them. */
  private static final int BUFFER = 64 << 10;

  private record Piece(byte[] bytes, int from) {}

  private final List<Piece> pieces = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private long length;

  /** Adds ASCII text. */
  public JsonPieces add(String more) {
    text.append(more);
    return this;
  }

  /** Adds the bytes from a place on; they do not change any more. */
  public JsonPieces add(byte[] bytes, int from) {
    gather();
    pieces.add(new Piece(bytes, from));
    length += bytes.length - from;
    return this;
  }

  /** Adds the pieces of another. */
  public JsonPieces add(JsonPieces others) {
    gather();
    others.gather();
    pieces.addAll(others.pieces);
    length += others.length;
    return this;
  }

  /** Adds a value, written as JSON. */
  public JsonPieces addValue(Object value) {
    return add(Json.bytes(value), 0);
  }

  private void gather() {
    if (!text.isEmpty()) {
      byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
      text.setLength(0);
      pieces.add(new Piece(bytes, 0));
      length += bytes.length;
    }
  }

  /** Sends it. */
  public void send(Context context) {
    gather();
    context.contentType("application/json");
    try {
      if (takesCompression(context.header("Accept-Encoding"))) {
        write(context.outputStream()); // of a length that is not known yet
      } else {
        context.res().setContentLengthLong(length);
        write(context.res().getOutputStream());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the answer broke off", e);
    }
  }

  private static boolean takesCompression(@Nullable String accepted) {
    return accepted != null && accepted.contains("gzip");
  }

  /** Writes all of it. */
  public void write(OutputStream out) throws IOException {
    gather();
    byte[] buffer = new byte[(int) Math.min(length, BUFFER)];
    int used = 0;
    for (Piece piece : pieces) {
      int from = piece.from;
      while (from < piece.bytes.length) {
        int more = Math.min(piece.bytes.length - from, buffer.length - used);
        System.arraycopy(piece.bytes, from, buffer, used, more);
        from += more;
        used += more;
        if (used == buffer.length) {
          out.write(buffer, 0, used);
          used = 0;
        }
      }
    }
    if (used > 0) { // what comes after the last byte of a known length, be it nothing, is an error
      out.write(buffer, 0, used);
    }
  }
}
