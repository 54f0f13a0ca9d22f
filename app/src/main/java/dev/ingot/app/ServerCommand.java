package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.configuration.Configuration;
import dev.ingot.server.Server;
import dev.ingot.server.ServerSettings;
import dev.ingot.server.problem.StartFailure;
import dev.ingot.server.store.Transience;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** {@code ingot server}: a server in this process until it is asked to stop. */
final class ServerCommand {
  /** What a server reads of the file, and how it logs. */
  record Chosen(ServerSettings server, LogSettings log) {
    static Chosen of(Configuration configuration) {
      return new Chosen(
          configuration.section("", ServerSettings.class, ServerSettings.DEFAULT),
          configuration.section("log", LogSettings.class, LogSettings.DEFAULT));
    }
  }

  private ServerCommand() {}

  static int run(Call call) throws InterruptedException {
    Stopping stopping = Stopping.onSignals();
    int code = ExitCode.FAILED;
    try {
      Chosen chosen =
          Settings.read(
              call,
              ServerSettings.DEFAULT.data().dir(),
              configuration ->
                  Chosen.of(configuration.leave(OtherKeys.ofAgent()).leave(Set.of("bootstrap"))));
      Logging.with(chosen.log().on(call.terminal().personIsThere()));
      try (Server server = start(chosen.server(), stopping)) {
        LoggerFactory.getLogger(ServerCommand.class).info("ready at {}", server.address());
        stopping.await();
      }
      code = ExitCode.OK;
      return code;
    } catch (CommandException e) {
      code = e.exitCode();
      throw e;
    } finally {
      stopping.finished(code);
    }
  }

  /** The message of what a start throws is one line for the person who starts it. */
  static Server start(ServerSettings settings, Stopping stopping) {
    try {
      return Server.start(settings, stopping::isAsked);
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage());
      if (stopping.isAsked()) {
        LoggerFactory.getLogger(ServerCommand.class).info("asked to stop before it was ready");
        throw new CommandException(ExitCode.OK, why, e);
      }
      if (!(e instanceof StartFailure) && Transience.passes(e)) {
        why = "the database went away during the start: " + Transience.cause(e);
      }
      boolean wrong = e instanceof StartFailure failure && failure.isOfSettings();
      throw new CommandException(wrong ? ExitCode.USAGE : ExitCode.FAILED, why, e);
    }
  }
}
