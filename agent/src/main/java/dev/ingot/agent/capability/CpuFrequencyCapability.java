package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sets governor and frequency limits of all processors (kernel:
 * Documentation/admin-guide/pm/cpufreq.rst).
 */
public final class CpuFrequencyCapability implements Capability {
  private static final long HERTZ_PER_KILOHERTZ = 1000;
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false, "minProperties": 1,
           "properties": {
             "governor": {"type": "string", "pattern": "^[a-z_]{1,32}$", "description": "E.g. performance, powersave."},
             "minimumHertz": {"type": "integer", "minimum": 1000000, "maximum": 100000000000},
             "maximumHertz": {"type": "integer", "minimum": 1000000, "maximum": 100000000000}}}
          """);
  private static final JsonNode RESULT =
      Json.read(
          """
          {"type": "object", "properties": {"policies": {"type": "integer", "description": "How many were set."}}}
          """);

  private final Path folder;

  /**
   * @param folder {@code /sys/devices/system/cpu/cpufreq}
   */
  public CpuFrequencyCapability(Path folder) {
    this.folder = folder;
  }

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "set_cpu_frequency",
        "Sets governor and frequency limits of all processors.",
        "Lasts until the next boot. The kernel keeps a limit within what the processor can.",
        PARAMETERS,
        RESULT,
        "cpu-frequency",
        60,
        false,
        true,
        false,
        unavailable());
  }

  private @Nullable String unavailable() {
    try {
      return policies().isEmpty() ? "the kernel shows no frequency to set in " + folder : null;
    } catch (IOException e) {
      return "the kernel shows no frequency to set: " + e.getMessage() + " cannot be read";
    }
  }

  private List<Path> policies() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches("policy[0-9]+"))
          .sorted()
          .toList();
    }
  }

  @Override
  public Outcome call(Invocation invocation) {
    JsonNode arguments = invocation.arguments();
    int done = 0;
    try {
      for (Path policy : policies()) {
        set(policy, "scaling_governor", arguments.path("governor").asString(""));
        // The lower limit may never be above the upper: the upper first when it rises.
        set(policy, "scaling_max_freq", kilohertz(arguments.path("maximumHertz")));
        set(policy, "scaling_min_freq", kilohertz(arguments.path("minimumHertz")));
        done++;
      }
    } catch (IOException e) {
      return Outcome.failed("after " + done + " policies: " + e.getMessage());
    }
    ObjectNode result = Json.MAPPER.createObjectNode().put("policies", done);
    return Outcome.done(result);
  }

  private static String kilohertz(JsonNode hertz) {
    return hertz.isIntegralNumber() ? String.valueOf(hertz.asLong() / HERTZ_PER_KILOHERTZ) : "";
  }

  private static void set(Path policy, String file, String value) throws IOException {
    if (!value.isEmpty()) {
      try {
        Files.writeString(policy.resolve(file), value);
      } catch (IOException e) {
        throw new IOException(
            "%s/%s: %s is not taken (%s)".formatted(policy, file, value, e.getMessage()), e);
      }
    }
  }
}
