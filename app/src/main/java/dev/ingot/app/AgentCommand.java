package dev.ingot.app;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.AgentStartFailure;
import dev.ingot.agent.link.NodeLog;
import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.configuration.Configuration;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

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
    Stopping stopping = Stopping.onSignals();
    int code = ExitCode.FAILED;
    try {
      Chosen chosen =
          Settings.read(
              call,
              AgentSettings.DEFAULT.data().dir(),
              configuration ->
                  Chosen.of(configuration.leave(OtherKeys.ofServer()).leave(Set.of("bootstrap"))));
      Logging.with(chosen.log().on(call.terminal().personIsThere()));
      if (call.flag(WITH_PARENT)) {
        Thread.ofPlatform().daemon().name("parent").start(() -> awaitEnd(call, stopping));
      }
      NodeLog log = new NodeLog();
      Logging.alsoTo(log);
      Optional<AgentSettings> found = FoundServer.of(chosen.agent(), stopping);
      if (found.isPresent()) {
        try (Agent _ = Agent.start(found.get(), log)) {
          stopping.await();
        }
      }
      code = ExitCode.OK;
      return code;
    } catch (CommandException e) {
      code = e.exitCode();
      throw e;
    } catch (AgentStartFailure e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    } finally {
      stopping.finished(code);
    }
  }

  private static void awaitEnd(Call call, Stopping stopping) {
    try {
      call.terminal().in().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      LoggerFactory.getLogger(AgentCommand.class).debug("standard input broke", e);
    }
    stopping.ask();
  }
}
