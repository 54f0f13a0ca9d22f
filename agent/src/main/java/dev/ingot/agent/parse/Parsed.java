package dev.ingot.agent.parse;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a parser made of an output.
 *
 * @param facts what it understood; sizes are bytes, the units of others are in their names; {@code
 *     other} holds what has a form but no name of ours, as the tool writes it
 * @param notUnderstood lines and values that fit no form of the tool, and why an output is known to
 *     be incomplete
 */
public record Parsed(ObjectNode facts, List<String> notUnderstood) {
  public Parsed {
    notUnderstood = List.copyOf(notUnderstood);
  }

  /** Both as one document for people and programs. */
  public ObjectNode document(String tool) {
    ObjectNode document = new Fields().put("tool", tool).put("facts", facts).node();
    notUnderstood.forEach(document.putArray("not_understood")::add);
    return document;
  }
}
