package dev.ingot.app;

import dev.ingot.agent.inspect.InspectSettings;
import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.inspect.InspectionRendering;
import dev.ingot.agent.inspect.InspectionReport;
import dev.ingot.agent.inspect.Machine;
import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.server.ServerSettings.DataSettings;
import java.nio.file.Path;
import java.util.List;

/** {@code ingot inspect}: what an agent would report, printed. */
final class InspectCommand {
  private InspectCommand() {}

  static int run(Call call) throws InterruptedException {
    String folder = call.option("--folder");
    Path agent = folder == null ? DataSettings.DEFAULT.dir().resolve("agent") : Path.of(folder);
    InspectSettings settings = new InspectSettings(agent);
    String section = call.option("--section");
    Machine machine = Machine.local(InspectSettings.DEADLINE);
    InspectionReport report;
    try {
      report =
          section == null
              ? Inspection.run(machine, settings)
              : Inspection.run(machine, settings, List.of(section));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.NOT_FOUND, String.valueOf(e.getMessage()), e);
    }
    if (call.format().equals("table")) {
      call.terminal().out().print(InspectionRendering.table(report));
    } else {
      call.output().document(InspectionRendering.document(report), "mercury_id");
    }
    return ExitCode.OK;
  }
}
