package dev.ingot.app;

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
import dev.ingot.core.Json;
import dev.ingot.server.ServerSettings.DataSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    try {
      Machine machine =
          replayed == null
              ? Machine.local(InspectSettings.DEADLINE)
              : Recording.replay(Path.of(replayed));
      // A replayed machine that nothing identifies has its id in its own folder, not in ours.
      Path agent =
          folder != null
              ? Path.of(folder)
              : replayed != null
                  ? Path.of(replayed).resolve("agent")
                  : DataSettings.DEFAULT.dir().resolve("agent");
      InspectionReport report;
      if (recorded == null) {
        report = inspect(machine, new InspectSettings(agent), sections(call));
      } else {
        Recording recording = Recording.into(Path.of(recorded));
        report = inspect(machine.recordedBy(recording), new InspectSettings(agent), sections(call));
        recording.end();
      }
      print(call, report, old);
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
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
      return Json.read(Files.readAllBytes(Path.of(file)));
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
