package dev.ingot.app;

import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.AgentSettings.CompatSettings;
import dev.ingot.agent.AgentSettings.DataSettings;
import dev.ingot.agent.AgentSettings.InspectionSettings;
import dev.ingot.agent.inspect.Differences;
import dev.ingot.agent.inspect.InspectSettings;
import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.inspect.InspectionRendering;
import dev.ingot.agent.inspect.InspectionReport;
import dev.ingot.agent.inspect.Machine;
import dev.ingot.agent.inspect.Recording;
import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.configuration.Configuration;
import dev.ingot.configuration.ConfigurationException;
import dev.ingot.core.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** {@code ingot inspect}: what an agent would report, printed. */
final class InspectCommand {
  private InspectCommand() {}

  static int run(Call call) throws InterruptedException {
    String folder = call.option("--folder");
    String replayed = call.option("--replay");
    String recorded = call.option("--record");
    String before = call.option("--diff");
    if (replayed != null && recorded != null) {
      throw CommandException.usage("--record and --replay: only one of them");
    }
    JsonNode old = before == null ? null : document(before);
    Chosen configured = configured(call);
    try {
      Machine machine =
          replayed == null
              ? Machine.local(configured.inspect().deadline())
                  .hearing(Neighbours.heardWithin(sections(call).contains("lldp")))
              : Recording.replay(Path.of(replayed));
      // A replayed machine that nothing identifies has its id in its own folder, not in ours.
      Path agent =
          folder != null
              ? Path.of(folder)
              : replayed != null
                  ? Path.of(replayed).resolve("agent")
                  : configured.data().dir().resolve("agent");
      InspectSettings settings =
          InspectSettings.toPrint(
              agent,
              configured.inspect().deadline(),
              configured.inspect().slowDeadline(),
              configured.compat().uuidCase());
      InspectionReport report;
      if (recorded == null) {
        report = inspect(machine, settings, sections(call));
      } else {
        Recording recording = Recording.into(Path.of(recorded));
        report = inspect(machine.recordedBy(recording), settings, sections(call));
        recording.end();
      }
      print(call, report, old);
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** What the agent's configuration says of inspecting; its secrets are left unread. */
  private record Chosen(DataSettings data, InspectionSettings inspect, CompatSettings compat) {
    static Chosen of(Configuration configuration) {
      configuration.leave(OtherKeys.but(Set.of("data", "inspect", "compat")));
      AgentSettings usual = AgentSettings.DEFAULT;
      return new Chosen(
          configuration.section("data", DataSettings.class, usual.data()),
          configuration.section("inspect", InspectionSettings.class, usual.inspect()),
          configuration.section("compat", CompatSettings.class, usual.compat()));
    }
  }

  /** As this machine's agent reads it, so that both see the same machine and the same id. */
  private static Chosen configured(Call call) {
    Map<String, String> environment = call.terminal().environment();
    String folder = call.option("--data.dir");
    Map<String, String> flags = folder == null ? Map.of() : Map.of("data.dir", folder);
    String named = call.option("--config");
    Path file = Settings.file(named, environment, flags, AgentSettings.DEFAULT.data().dir());
    // A usual file that only the agent's account may read is no reason to print nothing.
    boolean skipped =
        file != null
            && named == null
            && environment.getOrDefault("INGOT_CONFIG", "").isEmpty()
            && !Files.isReadable(file);
    try {
      Configuration configuration = Configuration.of(skipped ? null : file, environment, flags);
      Chosen chosen = Chosen.of(configuration);
      configuration.check();
      return chosen;
    } catch (ConfigurationException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> sections(Call call) {
    List<String> sections = new ArrayList<>(call.rest(0));
    String section = call.option("--section");
    if (section != null) {
      sections.add(section);
    }
    return sections;
  }

  private static InspectionReport inspect(
      Machine machine, InspectSettings settings, List<String> sections)
      throws InterruptedException {
    try {
      return sections.isEmpty()
          ? Inspection.run(machine, settings)
          : Inspection.run(machine, settings, sections);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.NOT_FOUND, String.valueOf(e.getMessage()), e);
    }
  }

  private static JsonNode document(String file) {
    try {
      JsonNode document = Json.read(Files.readAllBytes(Path.of(file)));
      if (!document.has("mercury_id") && Inspection.SECTIONS.stream().noneMatch(document::has)) {
        throw CommandException.usage(
            "--diff: " + file + " is no document of ingot inspect -o json: it has no section");
      }
      return document;
    } catch (IOException e) {
      throw new CommandException(ExitCode.NOT_FOUND, "--diff: cannot read " + file, e);
    } catch (JacksonException e) {
      throw CommandException.usage("--diff: " + file + " is no JSON: " + e.getOriginalMessage());
    }
  }

  private static void print(Call call, InspectionReport report, @Nullable JsonNode old) {
    if (old != null) {
      ArrayNode differences = Differences.between(old, report);
      if (!call.format().equals("table")) {
        call.output().document(differences, "path");
        return;
      }
      differences.forEach(
          one ->
              call.terminal()
                  .out()
                  .println(
                      one.path("path").asString("")
                          + ": "
                          + one.path("before")
                          + " -> "
                          + one.path("after")));
      call.terminal().out().flush();
    } else if (call.format().equals("table")) {
      call.terminal().out().print(InspectionRendering.table(report));
    } else {
      call.output().document(InspectionRendering.document(report), "mercury_id");
    }
  }
}
