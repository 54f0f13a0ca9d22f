package dev.ingot.server.http;

import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import java.util.Set;

/**
 * A request that was answered.
 *
 * @param route its path with parameters in braces, {@code none} when nothing is there
 */
public record RequestDone(String method, String route, int status, double seconds) {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** Whether the method is one of the usual ones: a client may invent others without end. */
  boolean known() {
    return METHODS.contains(method);
  }

  static RequestDone of(Context context, float millis) {
    Endpoint matched = context.endpoints().lastHttpEndpoint();
    return new RequestDone(
        context.method().name(),
        matched == null ? "none" : matched.path,
        context.statusCode(),
        millis / 1000.0);
  }
}
