package dev.ingot.server.jobs.preprocess;

import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * {@code press_static_assets}, as Mercury has it: {@code template}, a list of lines, and {@code
 * assets}, values by node id. The template sees a node's assets by their names, and beside them
 * node, id and inventory. For the capability press the result is its {@code configuration}, for all
 * others it is the arguments. A node without assets ends the whole job before anything is sent.
 */
public final class PressStaticAssets implements JobPreprocessor {
  @Override
  public String name() {
    return "press_static_assets";
  }

  @Override
  public Map<String, Rendered> render(Request request) {
    Instruction instruction = Instruction.read(request.instruction(), Set.of("template", "assets"));
    ArgumentTemplate template = new ArgumentTemplate(instruction.template());
    JsonNode assets = instruction.fields().path("assets");
    if (!assets.isObject()) {
      throw Problem.invalid("instruction.assets", "must be an object: values by node id");
    }
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    assets.forEachEntry((id, values) -> byId.put(id.toLowerCase(Locale.ROOT), values));
    List<String> missing = new ArrayList<>();
    for (Node node : request.nodes()) {
      if (!byId.containsKey(node.id())) {
        missing.add(node.id());
      } else if (!byId.getOrDefault(node.id(), assets).isObject()) {
        throw Problem.invalid("instruction.assets." + node.id(), "must be an object");
      }
    }
    if (!missing.isEmpty()) {
      throw Problem.invalid(
          "instruction.assets", "has nothing for " + ArgumentTemplate.names(missing));
    }
    String under = request.capability().equals("press") ? "configuration" : null;
    Map<String, Rendered> rendered = new LinkedHashMap<>();
    for (Node node : request.nodes()) {
      Map<String, Object> scope = ArgumentTemplate.scope(node);
      scope.putAll(ArgumentTemplate.flattened(byId.getOrDefault(node.id(), assets)));
      rendered.put(node.id(), template.render(scope, under));
    }
    return rendered;
  }
}
