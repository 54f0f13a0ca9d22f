package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.nodes.attributes.AttributePatch;
import dev.ingot.server.nodes.attributes.Attributes;
import dev.ingot.server.workflow.machine.Progress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Adds tags to the node and takes some away. */
final class TagsStep implements StepType {
  private final Attributes attributes;

  TagsStep(Attributes attributes) {
    this.attributes = attributes;
  }

  @Override
  public String name() {
    return "tags";
  }

  @Override
  public String summary() {
    return "Adds tags to the node, and takes some away.";
  }

  @Override
  public JsonNode options() {
    String list = "{'type': 'array', 'items': {'type': 'string'}}";
    return Schemas.object("", "'add': " + list + ", 'remove': " + list);
  }

  @Override
  public Progress begin(Beginning step) {
    if (step.node() == null) {
      return new Progress.Failed("tags needs a node, and this run has none", null);
    }
    ObjectNode patch = Json.MAPPER.createObjectNode();
    ObjectNode tags = patch.putObject("tags");
    step.options().path("add").forEach(tag -> tags.put(tag.asString(), true));
    step.options().path("remove").forEach(tag -> tags.putNull(tag.asString()));
    var changed =
        attributes.change(
            step.handle(), step.who(), step.node(), AttributePatch.parse(patch), _ -> {});
    return new Progress.Succeeded(
        Json.MAPPER.createObjectNode().set("tags", Json.MAPPER.valueToTree(changed.tags())));
  }
}
