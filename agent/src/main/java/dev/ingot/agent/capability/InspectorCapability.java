package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads sections of the inventory anew, and ends when the server has them. */
public final class InspectorCapability implements Capability {
  /** How a machine is inspected. */
  public interface Refresh {
    /**
     * Inspects and waits until the server has stored what differs.
     *
     * @param sections names; none: all
     * @return of each section that was read why it failed or what is missing; empty when complete
     */
    Map<String, String> refresh(List<String> sections) throws InterruptedException;
  }

  private static final JsonNode RESULT =
      Json.read(
          """
          {"type": "object", "properties": {
             "sections": {"type": "object", "additionalProperties": {"type": "string"},
                          "description": "By name: empty when complete, else what is missing."}}}
          """);

  private final List<String> known;
  private final Refresh refresh;

  /**
   * @param known the sections that there are
   */
  public InspectorCapability(List<String> known, Refresh refresh) {
    this.known = List.copyOf(known);
    this.refresh = refresh;
  }

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "inspector",
        "Reads sections of the inventory anew and stores them.",
        "Without `sections` all of them. Ends when the server has stored what differs.",
        parameters(),
        RESULT,
        "inspector",
        300,
        false,
        false,
        false,
        null);
  }

  private ObjectNode parameters() {
    ObjectNode schema =
        (ObjectNode)
            Json.read(
                """
                {"type": "object", "additionalProperties": false,
                 "properties": {"sections": {"type": "array", "uniqueItems": true, "items": {"type": "string", "enum": []},
                                             "description": "Which ones."}}}
                """);
    ArrayNode names = (ArrayNode) schema.at("/properties/sections/items/enum");
    known.forEach(names::add);
    return schema;
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    List<String> names = new ArrayList<>();
    invocation.arguments().path("sections").forEach(name -> names.add(name.asString()));
    for (String name : names) {
      if (!known.contains(name)) {
        return Outcome.failed("sections: there is no section " + name);
      }
    }
    ObjectNode result = Json.MAPPER.createObjectNode();
    ObjectNode sections = result.putObject("sections");
    new TreeMap<>(refresh.refresh(names)).forEach(sections::put);
    return Outcome.done(result);
  }
}
