package dev.ingot.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A call that did not do what was asked, in words for a person. */
public final class ClientException extends RuntimeException {
  /** Why. */
  public enum Kind {
    /** The server said no, with a problem; {@link #status} is set. */
    ANSWERED,
    /** Nobody listens there, or the connection broke. */
    UNREACHABLE,
    /** Its certificate is not signed by anyone who is trusted here. */
    UNTRUSTED,
    /** No answer in time. */
    TIMED_OUT,
    /** Something answered that is not an Ingot server of ours. */
    NOT_INGOT
  }

  private final Kind kind;
  private final int status;
  private final String type;
  private final @Nullable String field;

  private ClientException(
      Kind kind,
      int status,
      String type,
      String detail,
      @Nullable String field,
      @Nullable Throwable cause) {
    super(detail, cause);
    this.kind = kind;
    this.status = status;
    this.type = type;
    this.field = field;
  }

  /** The server's own problem (RFC 9457). */
  static ClientException answered(int status, JsonNode problem) {
    JsonNode field = problem.path("field");
    return new ClientException(
        Kind.ANSWERED,
        status,
        problem.path("type").asString("about:blank"),
        problem.path("detail").asString(problem.path("title").asString("status " + status)),
        field.isString() ? field.asString() : null,
        null);
  }

  static ClientException unreachable(String detail, Throwable cause) {
    return local(Kind.UNREACHABLE, "unreachable", detail, cause);
  }

  static ClientException untrusted(String detail, Throwable cause) {
    return local(Kind.UNTRUSTED, "untrusted", detail, cause);
  }

  static ClientException timedOut(String detail, Throwable cause) {
    return local(Kind.TIMED_OUT, "timed-out", detail, cause);
  }

  static ClientException notIngot(int status, String detail, @Nullable Throwable cause) {
    return new ClientException(
        Kind.NOT_INGOT, status, "urn:ingot:problem:not-ingot", detail, null, cause);
  }

  private static ClientException local(Kind kind, String slug, String detail, Throwable cause) {
    return new ClientException(kind, 0, "urn:ingot:problem:" + slug, detail, null, cause);
  }

  /** Whether there was an answer at all. */
  public Kind kind() {
    return kind;
  }

  /** The HTTP status, 0 when there was no answer. */
  public int status() {
    return status;
  }

  /** The problem's type, e.g. {@code urn:ingot:problem:not-found}. */
  public String type() {
    return type;
  }

  /** What is the matter, for people. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** The field of the request to change, where there is one. */
  public @Nullable String field() {
    return field;
  }
}
