package dev.ingot.server.eve;

import dev.ingot.core.Json;
import dev.ingot.server.resources.kind.Issue;
import dev.ingot.server.resources.kind.Issues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is wrong with documents, in the words of Cerberus and Eve. */
final class EveIssues {
  private EveIssues() {}

  /** For POST: of one, or of each of a list. */
  static EveError inserting(Issues issues, int count, boolean list) {
    int wrong = issues.byPlace().size();
    String message = "Insertion failure: " + wrong + " document(s) contain(s) error(s)";
    ObjectNode more = Json.MAPPER.createObjectNode();
    if (!list) {
      more.set("_issues", of(issues.byPlace().getOrDefault(0, List.of())));
      return new EveError(422, message, more, true, issues);
    }
    ArrayNode items = more.putArray("_items");
    for (int i = 0; i < count; i++) {
      ObjectNode item = items.addObject();
      List<Issue> own = issues.byPlace().get(i);
      item.put("_status", own == null ? "OK" : "ERR");
      if (own != null) {
        item.set("_issues", of(own));
      }
    }
    return new EveError(422, message, more, true, issues);
  }

  /** For PATCH and PUT. */
  static EveError changing(Issues issues) {
    ObjectNode more = Json.MAPPER.createObjectNode();
    more.set("_issues", of(issues.byPlace().getOrDefault(0, List.of())));
    return new EveError(422, "the document contains errors", more, false, issues);
  }

  /** By field: a text for one, a list for several. */
  private static ObjectNode of(List<Issue> issues) {
    Map<String, ArrayNode> byField = new LinkedHashMap<>();
    for (Issue issue : issues) {
      byField.computeIfAbsent(issue.field(), _ -> Json.MAPPER.createArrayNode()).add(text(issue));
    }
    ObjectNode found = Json.MAPPER.createObjectNode();
    byField.forEach((field, texts) -> found.set(field, texts.size() == 1 ? texts.path(0) : texts));
    return found;
  }

  private static String text(Issue issue) {
    return switch (issue.fault()) {
      case UNKNOWN_FIELD -> "unknown field";
      case MISSING -> "required field";
      case NULL -> "null value not allowed";
      case NOT_ALLOWED -> "unallowed value " + issue.value();
      case NOT_UNIQUE -> "value '" + issue.value() + "' is not unique";
      case READ_ONLY -> "field is read-only";
      case WRONG_TYPE -> "must be of " + type(issue.value()) + " type";
      case TRANSITION, HELD, OTHER -> issue.text();
    };
  }

  private static String type(String type) {
    return switch (type) {
      case "object" -> "dict";
      case "array" -> "list";
      default -> type;
    };
  }
}
