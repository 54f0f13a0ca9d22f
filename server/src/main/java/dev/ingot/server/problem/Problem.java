package dev.ingot.server.problem;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be served, for a reason the asker can act on. Thrown anywhere in the
 * server, turned into RFC 9457 problem JSON in one place ({@code http}). The detail says operation,
 * object and cause; the field, where there is one, names what to change.
 */
public final class Problem extends RuntimeException {
  /** What kind of problem it is; the slug ends {@code urn:ingot:problem:}. */
  public enum Kind {
    MALFORMED(400, "malformed"),
    UNAUTHENTICATED(401, "unauthenticated"),
    FORBIDDEN(403, "forbidden"),
    NOT_FOUND(404, "not-found"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed"),
    CONFLICT(409, "conflict"),
    PRECONDITION_FAILED(412, "precondition-failed"),
    TOO_LARGE(413, "too-large"),
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type"),
    INVALID(422, "invalid"),
    TOO_MANY(429, "too-many"),
    INTERNAL(500, "internal"),
    UNAVAILABLE(503, "unavailable");

    public final int status;
    public final String slug;

    Kind(int status, String slug) {
      this.status = status;
      this.slug = slug;
    }
  }

  private final Kind kind;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;

  public Problem(Kind kind, String detail, @Nullable String field, @Nullable Throwable cause) {
    this(kind, detail, field, null, cause);
  }

  private Problem(
      Kind kind,
      String detail,
      @Nullable String field,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(detail, cause);
    this.kind = kind;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  /** The request cannot be parsed. */
  public static Problem malformed(@Nullable String field, String detail) {
    return new Problem(Kind.MALFORMED, detail, field, null);
  }

  /** The request parses, and one of its fields says something that cannot be. */
  public static Problem invalid(String field, String detail) {
    return new Problem(Kind.INVALID, detail, field, null);
  }

  public static Problem notFound(String detail) {
    return new Problem(Kind.NOT_FOUND, detail, null, null);
  }

  public static Problem conflict(String detail) {
    return new Problem(Kind.CONFLICT, detail, null, null);
  }

  public static Problem forbidden(String detail) {
    return new Problem(Kind.FORBIDDEN, detail, null, null);
  }

  /** Nobody has shown who asks. */
  public static Problem unauthenticated(String detail) {
    return new Problem(Kind.UNAUTHENTICATED, detail, null, null);
  }

  /** What was read before has changed since. */
  public static Problem preconditionFailed(String detail) {
    return new Problem(Kind.PRECONDITION_FAILED, detail, "If-Match", null);
  }

  public static Problem tooLarge(String detail) {
    return new Problem(Kind.TOO_LARGE, detail, null, null);
  }

  /** Asked too often: answered with 429 and Retry-After. */
  public static Problem tooMany(String detail, Duration retryAfter) {
    return new Problem(Kind.TOO_MANY, detail, null, retryAfter, null);
  }

  /** Waiting helps: answered with 503 and Retry-After. */
  public static Problem unavailable(String detail, @Nullable Throwable cause) {
    return new Problem(Kind.UNAVAILABLE, detail, null, Duration.ofSeconds(2), cause);
  }

  public Kind kind() {
    return kind;
  }

  public @Nullable String field() {
    return field;
  }

  /** When asking again may help; null when it does not. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The detail, never null. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** The words that were expected, for a detail: {@code a, b or c}. */
  public static String oneOf(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }
}
