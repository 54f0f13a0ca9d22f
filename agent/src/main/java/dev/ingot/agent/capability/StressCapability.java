package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Loads processors and memory with stress-ng and checks that they count and keep right. */
public final class StressCapability {
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false, "required": ["seconds"],
           "properties": {
             "seconds": {"type": "integer", "minimum": 1, "maximum": 604800, "description": "How long."},
             "cpus": {"type": "integer", "minimum": 0, "maximum": 65536,
                      "description": "How many processors; 0, the default: all."},
             "memoryPercent": {"type": "integer", "minimum": 0, "maximum": 95,
                               "description": "How much of the available memory; default 0: none."}}}
          """);

  private StressCapability() {}

  /** As it is published. */
  public static Capability make() {
    return new ToolCapability(
        () ->
            new CapabilitySignature(
                "stress",
                "Loads processors and memory.",
                "Runs `stress-ng --verify`: the call fails when a processor counts wrong or memory"
                    + " does not keep what was written. Give a `timeout` that is longer than"
                    + " `seconds`.",
                PARAMETERS,
                null,
                "load",
                7200,
                false,
                true,
                false,
                Programs.missing("stress-ng")),
        StressCapability::command);
  }

  static List<String> command(JsonNode arguments) {
    List<String> command = new ArrayList<>(List.of("stress-ng", "--verify", "--metrics-brief"));
    command.addAll(List.of("--timeout", arguments.path("seconds").asInt() + "s"));
    command.addAll(List.of("--cpu", String.valueOf(arguments.path("cpus").asInt(0))));
    int memory = arguments.path("memoryPercent").asInt(0);
    if (memory > 0) {
      command.addAll(List.of("--vm", "1", "--vm-bytes", memory + "%"));
    }
    return command;
  }
}
