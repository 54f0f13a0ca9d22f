package dev.ingot.server.http;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.problem.Problem.Kind;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.EOFException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where what went wrong becomes an answer. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private final Supplier<UUID> ids;

  Problems(Supplier<UUID> ids) {
    this.ids = ids;
  }

  void answer(Exception thrown, Context context) {
    if (context.res().isCommitted()) {
      LOG.warn("{} {} broke off: {}", context.method(), context.path(), thrown.toString());
      throw new IllegalStateException("the answer broke off", thrown); // closes the connection
    }
    if (thrown instanceof Problem problem) {
      write(context, problem);
    } else if (thrown instanceof HttpResponseException refused) {
      write(context, of(refused));
    } else if (cause(thrown, HttpException.class) || cause(thrown, EOFException.class)) {
      write(context, Problem.malformed(null, "the request broke off or is not HTTP"));
    } else {
      DatabaseProblems.of(thrown)
          .ifPresentOrElse(
              problem -> {
                LOG.warn(
                    "{} {}: {}: {}",
                    context.method(),
                    context.path(),
                    problem.detail(),
                    thrown.getMessage());
                write(context, problem);
              },
              () -> internal(thrown, context));
    }
  }

  static void write(Context context, Problem problem) {
    Duration retryAfter = problem.retryAfter();
    if (retryAfter != null) {
      context.header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    }
    if (problem.kind() == Kind.UNAUTHENTICATED) {
      context.header("WWW-Authenticate", "Bearer realm=\"ingot\"");
    }
    write(context, problem.kind().status, ProblemJson.of(problem));
  }

  private void internal(Exception thrown, Context context) {
    String instance = "urn:uuid:" + ids.get();
    LOG.error("{} {} failed, {}", context.method(), context.path(), instance, thrown);
    write(
        context,
        Kind.INTERNAL.status,
        ProblemJson.of(
            Kind.INTERNAL.status,
            Kind.INTERNAL.slug,
            "the server failed; its log has the reason under the instance",
            null,
            instance));
  }

  private static void write(Context context, int status, byte[] body) {
    context.status(status).contentType(ProblemJson.CONTENT_TYPE).result(body);
  }

  /** Javalin's own refusals. */
  private static Problem of(HttpResponseException refused) {
    for (Kind kind : Kind.values()) {
      if (kind.status == refused.getStatus()) {
        return new Problem(kind, String.valueOf(refused.getMessage()), null, refused);
      }
    }
    return new Problem(Kind.MALFORMED, String.valueOf(refused.getMessage()), null, refused);
  }

  private static boolean cause(Throwable thrown, Class<?> type) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
