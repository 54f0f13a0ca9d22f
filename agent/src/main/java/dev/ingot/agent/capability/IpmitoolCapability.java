package dev.ingot.agent.capability;

import dev.ingot.agent.parse.SensorRepository;
import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asks the machine's own BMC with ipmitool: what reads, and what only makes a light blink. */
public final class IpmitoolCapability {
  /** The first words that a call may have; everything else changes something. */
  static final List<List<String>> ALLOWED =
      List.of(
          List.of("mc", "info"),
          List.of("mc", "guid"),
          List.of("mc", "selftest"),
          List.of("chassis", "status"),
          List.of("chassis", "poh"),
          List.of("chassis", "restart_cause"),
          List.of("chassis", "bootparam", "get"),
          List.of("chassis", "identify"),
          List.of("channel", "info"),
          List.of("lan", "print"),
          List.of("user", "list"),
          List.of("user", "summary"),
          List.of("fru", "print"),
          List.of("sdr", "info"),
          List.of("sdr", "list"),
          List.of("sdr", "elist"),
          List.of("sdr", "type"),
          List.of("sdr", "get"),
          List.of("sensor", "list"),
          List.of("sensor", "get"),
          List.of("sel", "info"),
          List.of("sel", "list"),
          List.of("sel", "elist"),
          List.of("sel", "get"),
          List.of("sel", "time", "get"),
          List.of("sol", "info"),
          List.of("session", "info"),
          List.of("dcmi", "power", "reading"),
          List.of("dcmi", "get_temp_reading"));

  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false, "required": ["arguments"],
           "properties": {"arguments": {"type": "array", "minItems": 1, "maxItems": 16,
             "items": {"type": "string", "pattern": "^[A-Za-z0-9_.:/+ ()%-]{1,128}$", "not": {"pattern": "^-"}},
             "description": "What follows ipmitool, e.g. [\\"sel\\", \\"elist\\"]."}}}
          """);

  private IpmitoolCapability() {}

  /** As it is published. */
  public static Capability make() {
    return new ToolCapability(
        () ->
            new CapabilitySignature(
                "ipmitool",
                "Asks the machine's own BMC.",
                "Allowed are: " + String.join(", ", words()) + ".",
                PARAMETERS,
                null,
                "bmc",
                120,
                false,
                false,
                false,
                unavailable()),
        IpmitoolCapability::command,
        IpmitoolCapability::check);
  }

  private static void check(List<String> command, Invocation invocation)
      throws InterruptedException, Program.NotStarted {
    if (readsSensorRecords(command)
        && SensorRepository.isEmpty(
            Program.of(List.of("ipmitool", "sdr", "info"))
                .ask(invocation.name() + "-info", invocation::write)
                .output())) {
      throw new IllegalArgumentException(
          "the BMC's sensor repository is empty: ipmitool would clear and fill it; sel list, fru"
              + " print ID and others do without it");
    }
  }

  /** Whether ipmitool reads the sensor data repository for it. */
  static boolean readsSensorRecords(List<String> command) {
    return switch (command.get(1)) {
      case "sdr" -> !command.get(2).equals("info");
      case "sensor" -> true;
      case "fru" -> command.size() == 3;
      case "sel" -> command.get(2).equals("elist") || command.get(2).equals("get");
      default -> false;
    };
  }

  private static List<String> words() {
    return ALLOWED.stream().map(allowed -> String.join(" ", allowed)).toList();
  }

  static @Nullable String unavailable() {
    String missing = Programs.missing("ipmitool");
    boolean device =
        List.of("/dev/ipmi0", "/dev/ipmi/0", "/dev/ipmidev/0").stream()
            .anyMatch(path -> Files.exists(Path.of(path)));
    return missing != null || device ? missing : "the machine shows no BMC (/dev/ipmi0 is absent)";
  }

  static List<String> command(JsonNode arguments) {
    List<String> words = new ArrayList<>();
    arguments.path("arguments").forEach(word -> words.add(word.asString()));
    boolean allowed =
        ALLOWED.stream()
            .anyMatch(
                start ->
                    words.size() >= start.size() && words.subList(0, start.size()).equals(start));
    if (!allowed || words.stream().anyMatch(word -> word.startsWith("-"))) {
      throw new IllegalArgumentException(
          "arguments: ipmitool "
              + String.join(" ", words)
              + " is not allowed; allowed are "
              + String.join(", ", words()));
    }
    words.addFirst("ipmitool");
    return words;
  }
}
