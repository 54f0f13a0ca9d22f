package dev.ingot.server.http;

import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What routes read from a request; whatever is wrong with it is a {@link Problem}. */
public final class Requests {
  /** The largest body that a route reads as a whole. */
  public static final int LARGEST_BODY = 4 << 20;

  static final String PRINCIPAL = "ingot.principal";
  static final String CHECK = "ingot.check";

  private Requests() {}

  /** Who asks; on a route that is open to all there is nobody. */
  public static Principal principal(Context context) {
    Principal principal = context.attribute(PRINCIPAL);
    if (principal == null) {
      throw Problem.unauthenticated("no token was shown");
    }
    return principal;
  }

  /**
   * For answers that take long: who asks, if the token still lives and may still do this, with what
   * its role grants now.
   *
   * @throws Problem if it no longer may
   */
  public static Principal principalNow(Context context) {
    Supplier<Principal> check = context.attribute(CHECK);
    return check == null ? principal(context) : check.get();
  }

  /** The value that is written so, one of an enum's. */
  public static <T extends Enum<T>> T oneOf(String field, String written, T[] values) {
    for (T value : values) {
      if (value.name().toLowerCase(Locale.ROOT).equals(written)) {
        return value;
      }
    }
    throw Problem.invalid(
        field,
        "must be "
            + Problem.oneOf(
                Arrays.stream(values)
                    .map(value -> value.name().toLowerCase(Locale.ROOT))
                    .toList()));
  }

  /** The query's parameters; one that is not among the known ones is refused. */
  public static QueryParameters query(Context context, String... known) {
    return QueryParameters.of(context, known);
  }

  /**
   * The JSON body as a record: unknown fields, missing ones (components that are not {@code
   * Nullable}) and wrong types are refused by name.
   */
  public static <T extends Record> T body(Context context, Class<T> type) {
    return body(json(context), type);
  }

  /** A JSON body that was read, as a record; see {@link #body(Context, Class)}. */
  public static <T extends Record> T body(JsonNode body, Class<T> type) {
    return Bodies.as(body, type);
  }

  /** The JSON body as it stands. */
  public static JsonNode json(Context context) {
    String contentType = context.contentType();
    String mediaType =
        contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!mediaType.equals("application/json") && !mediaType.endsWith("+json")) {
      throw new Problem(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "the body must be application/json",
          "Content-Type",
          null);
    }
    return Bodies.parse(bytes(context));
  }

  /** For routes without a body: refuses one, so that nobody believes that it was read. */
  public static void noBody(Context context) {
    if (bytes(context).length > 0) {
      throw Problem.malformed(null, "this request takes no body");
    }
  }

  /**
   * Refuses to change what has changed since it was read: the {@code If-Match} header, where there
   * is one, must name the present state.
   *
   * @param etag the present state's, with its quotes
   */
  public static void ifMatch(Context context, String etag) {
    String header = context.header("If-Match");
    if (header == null || header.strip().equals("*")) {
      return;
    }
    for (String given : header.split(",", -1)) {
      if (given.strip().equals(etag)) {
        return;
      }
    }
    throw Problem.preconditionFailed("it has changed: its ETag is now " + etag);
  }

  /** An entity tag of a number that grows with each change. */
  public static String etag(long version) {
    return "\"" + version + "\"";
  }

  /** A path parameter that is a number. */
  public static long number(Context context, String parameter, String noun) {
    String text = context.pathParam(parameter);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new Problem(
          Problem.Kind.NOT_FOUND,
          "no " + noun + " " + QueryParameters.shortened(text),
          parameter,
          e);
    }
  }

  /** What the client sent as {@code cursor}'s number, or a number before every other. */
  public static long after(@Nullable Cursor cursor) {
    return cursor == null ? 0 : cursor.number(0);
  }

  private static byte[] bytes(Context context) {
    if (context.req().getContentLengthLong() > LARGEST_BODY) {
      throw tooLarge(context);
    }
    try {
      byte[] bytes = context.req().getInputStream().readNBytes(LARGEST_BODY + 1);
      if (bytes.length > LARGEST_BODY) {
        throw tooLarge(context);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("the body broke off", e);
    }
  }

  private static Problem tooLarge(Context context) {
    context.header("Connection", "close"); // the rest of the body is not read
    return Problem.tooLarge("the body is larger than " + (LARGEST_BODY >> 20) + " MiB");
  }
}
