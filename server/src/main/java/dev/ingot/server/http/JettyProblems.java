package dev.ingot.server.http;

import dev.ingot.server.problem.Problem;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty refuses before a route is asked (not HTTP, headers too large) as problem JSON too. */
final class JettyProblems extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemJson.CONTENT_TYPE);
    response.write(true, ByteBuffer.wrap(body(code)), callback);
  }

  private static byte[] body(int code) {
    for (Problem.Kind kind : Problem.Kind.values()) {
      if (kind.status == code) {
        return ProblemJson.of(code, kind.slug, title(code), null, null);
      }
    }
    return ProblemJson.of(
        code,
        code < 500 ? Problem.Kind.MALFORMED.slug : Problem.Kind.INTERNAL.slug,
        title(code),
        null,
        null);
  }

  /** Jetty's own words may quote the request or name its classes. */
  private static String title(int code) {
    return switch (code) {
      case 400 -> "the request is not HTTP as RFC 9112 has it";
      case 414, 431 -> "the request's line or headers are larger than 16 kB";
      default -> HttpStatus.getMessage(code);
    };
  }
}
