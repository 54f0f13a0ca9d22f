package dev.ingot.server.http;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query: those that a route knows, each at most once. */
public final class QueryParameters {
  static final int DEFAULT_LIMIT = 100;
  static final int MOST = 1000;

  private final Map<String, String> given;
  private final Set<String> known;

  private QueryParameters(Map<String, String> given, Set<String> known) {
    this.given = given;
    this.known = known;
  }

  /**
   * Reads them.
   *
   * @throws Problem if one is unknown or given twice
   */
  static QueryParameters of(Context context, String... known) {
    Set<String> names = Set.of(known);
    Map<String, String> given = new HashMap<>();
    String query = context.queryString();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
          if (!names.contains(name)) {
            throw Problem.invalid(shortened(name), "unknown query parameter" + meant(name, names));
          }
          if (given.put(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
            throw Problem.invalid(name, "given more than once");
          }
        }
      }
    }
    return new QueryParameters(given, names);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          Problem.Kind.MALFORMED, "the query is not percent-encoded", shortened(text), e);
    }
  }

  /** The value, null when it is not given. */
  public @Nullable String text(String name) {
    if (!known.contains(name)) {
      throw new IllegalArgumentException("undeclared query parameter " + name);
    }
    return given.get(name);
  }

  /** The values of a list that is separated by commas, empty when it is not given. */
  public Set<String> words(String name) {
    String text = text(name);
    return text == null || text.isEmpty() ? Set.of() : new TreeSet<>(List.of(text.split(",", -1)));
  }

  public int integer(String name, int otherwise, int least, int most) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new Problem(
          Problem.Kind.INVALID, "not a whole number from " + least + " to " + most, name, e);
    }
    throw Problem.invalid(name, "not a whole number from " + least + " to " + most);
  }

  public boolean flag(String name) {
    String text = text(name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true") || text.isEmpty()) {
      return true;
    }
    throw Problem.invalid(name, "must be true or false");
  }

  /** {@code limit}: how many items a page has at most. */
  public int limit() {
    return integer("limit", DEFAULT_LIMIT, 1, MOST);
  }

  /** {@code cursor}: where the list goes on, null for its beginning. */
  public @Nullable Cursor cursor(String list, int keys) {
    String text = text("cursor");
    return text == null ? null : Cursor.parse(text, list, keys);
  }

  static String meant(String name, Collection<String> known) {
    String nearest = name.length() > 64 ? null : Nearest.of(name, known);
    return nearest == null
        ? known.isEmpty() ? "" : "; known: " + String.join(", ", new TreeSet<>(known))
        : "; did you mean " + nearest + "?";
  }

  static String shortened(String name) {
    return name.length() > 64 ? name.substring(0, 64) + "…" : name;
  }
}
