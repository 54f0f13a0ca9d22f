package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.OutputChunk;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/**
 * Says what it was told: shows that the whole way to a node and back works, and changes nothing.
 */
public final class EchoCapability implements Capability {
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false, "required": ["text"],
           "properties": {"text": {"type": "string", "maxLength": 4096,
                                   "description": "What to say."}}}
          """);
  private static final JsonNode RESULT =
      Json.read(
          """
          {"type": "object", "properties": {"text": {"type": "string"}}}
          """);

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "echo",
        "Says what it was told.",
        "Writes `text` and a newline to stdout and returns it; changes nothing on the node.",
        PARAMETERS,
        RESULT,
        null,
        10,
        false,
        false,
        false,
        null);
  }

  @Override
  public Outcome call(Invocation invocation) {
    String text = invocation.arguments().path("text").asString("");
    byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
    invocation.write(OutputChunk.Stream.STDOUT, line, 0, line.length);
    return Outcome.done(Json.MAPPER.createObjectNode().put("text", text));
  }
}
