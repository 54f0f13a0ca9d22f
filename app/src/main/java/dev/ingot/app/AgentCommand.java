package dev.ingot.app;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.AgentStartFailure;
import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.configuration.Configuration;

/** {@code ingot agent}: an agent in this process until it is asked to stop. */
final class AgentCommand {
  /** Ends the agent when standard input does: whoever started it is gone. */
  static final String WITH_PARENT = "--exit-with-parent";

  private record Chosen(AgentSettings agent, LogSettings log) {
    static Chosen of(Configuration configuration) {
      return new Chosen(
          configuration.section("", AgentSettings.class, AgentSettings.DEFAULT),
          configuration.section("log", LogSettings.class, LogSettings.DEFAULT));
    }
  }

  private AgentCommand() {}

  static int run(Call call) throws InterruptedException {
    Chosen chosen =
        Settings.read(
            call,
            AgentSettings.DEFAULT.data().dir(),
            configuration -> Chosen.of(configuration.leave(OtherKeys.ofServer())));
    Logging.with(chosen.log().on(call.terminal().personIsThere()));
    try {
      Agent.run(chosen.agent(), call.flag(WITH_PARENT));
      return ExitCode.OK;
    } catch (AgentStartFailure e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }
}
