package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.expression.ExpressionException;
import dev.ingot.server.workflow.machine.Progress;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Fails when something is not so; a decision, under its other name. {@code that} is filled in
 * before it comes here, so that an expression is a value by now.
 */
final class AssertStep implements StepType {
  private final String name;
  private final String summary;

  private AssertStep(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  static AssertStep asserting() {
    return new AssertStep(
        "assert", "Fails unless everything that it is given is true of node and inventory.");
  }

  static AssertStep deciding() {
    return new AssertStep(
        "decide",
        "Succeeds if what it is given is true and fails otherwise: others wait for one or the"
            + " other.");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "that",
        "'that': {'description': 'A value, or a list of values, such as {{ a == b }}'},"
            + " 'message': {'type': 'string'}");
  }

  @Override
  public Progress begin(Beginning step) {
    JsonNode that = step.options().path("that");
    List<JsonNode> all = that.isArray() ? that.valueStream().toList() : List.of(that);
    List<Integer> wrong = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!isTrue(all.get(i))) {
        wrong.add(i);
      }
    }
    JsonNode result = Json.MAPPER.createObjectNode().set("that", that);
    if (wrong.isEmpty()) {
      return new Progress.Succeeded(result);
    }
    String said = step.text("message", "");
    JsonNode source = step.step().options().path("that");
    JsonNode first = source.isArray() ? source.path(wrong.getFirst()) : source;
    return new Progress.Failed(
        said.isEmpty() ? "is not true: " + first.asString(first.toString()) : said, result);
  }

  /** As a template wrote it: a text that says false is not true. */
  private static boolean isTrue(JsonNode value) {
    try {
      return new dev.ingot.server.workflow.expression.Expression.Literal(value).isTrue(_ -> null);
    } catch (ExpressionException e) {
      return false;
    }
  }
}
