package dev.ingot.server.http;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Problem details as RFC 9457 writes them. */
final class ProblemJson {
  static final String CONTENT_TYPE = "application/problem+json";

  private ProblemJson() {}

  static byte[] of(Problem problem) {
    return of(problem.kind().status, problem.kind().slug, problem.detail(), problem.field(), null);
  }

  /**
   * @param slug ends the type, and is the title with spaces
   * @param instance names this one occurrence, for the log
   */
  static byte[] of(
      int status, String slug, String detail, @Nullable String field, @Nullable String instance) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "urn:ingot:problem:" + slug);
    members.put("title", slug.replace('-', ' '));
    members.put("status", status);
    members.put("detail", detail);
    if (field != null) {
      members.put("field", field);
    }
    if (instance != null) {
      members.put("instance", instance);
    }
    return Json.bytes(members);
  }
}
