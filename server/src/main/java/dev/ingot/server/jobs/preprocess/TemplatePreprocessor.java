package dev.ingot.server.jobs.preprocess;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code template}: the instruction is a Mustache template of the arguments, in YAML or JSON, over
 * {@code node} (hostname, tags, location and so on), {@code id} and {@code inventory}.
 */
public final class TemplatePreprocessor implements JobPreprocessor {
  @Override
  public String name() {
    return "template";
  }

  @Override
  public Map<String, Rendered> render(Request request) {
    ArgumentTemplate template = new ArgumentTemplate(request.instruction());
    Map<String, Rendered> rendered = new LinkedHashMap<>();
    for (Node node : request.nodes()) {
      rendered.put(node.id(), template.render(ArgumentTemplate.scope(node), null));
    }
    return rendered;
  }
}
