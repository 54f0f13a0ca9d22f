package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.jobs.preprocess.JobPreprocessor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** A preprocessor of somebody else's, found as such are: it asks what a test says. */
public final class AskingPreprocessor implements JobPreprocessor {
  /** Given the instruction, the text of each node's arguments. */
  static volatile Function<String, String> asked = instruction -> instruction;

  @Override
  public String name() {
    return "asking";
  }

  @Override
  public Map<String, Rendered> render(Request request) {
    Map<String, Rendered> rendered = new HashMap<>();
    for (Node node : request.nodes()) {
      ObjectNode arguments = Json.MAPPER.createObjectNode();
      arguments.put("text", asked.apply(request.instruction()));
      rendered.put(node.id(), new Rendered.Arguments(arguments, arguments));
    }
    return rendered;
  }
}
