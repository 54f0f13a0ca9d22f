package dev.ingot.app;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.AgentStartFailure;
import dev.ingot.agent.bootstrap.Bootstrap;
import dev.ingot.agent.link.NodeLog;
import dev.ingot.configuration.Configuration;
import dev.ingot.configuration.ConfigurationException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The agent of the microkernel: settled by its environment alone, and without the rest of the
 * program on its class path. Otherwise as {@code ingot agent}.
 */
public final class NodeMain {
  private NodeMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.getenv());
  }

  static void run(Map<String, String> environment) throws InterruptedException {
    Stopping stopping = Stopping.onSignals();
    int code = 1;
    try {
      String file = environment.get("INGOT_CONFIG");
      Configuration configuration =
          Configuration.of(
              file == null || file.isEmpty() ? null : Path.of(file), environment, Map.of());
      configuration.leave(Set.of("bootstrap"));
      if (Boolean.getBoolean(Bootstrap.WITH_PARENT)) {
        Thread.ofPlatform().daemon().name("parent").start(() -> awaitEnd(stopping));
      }
      AgentSettings settings =
          configuration.section("", AgentSettings.class, AgentSettings.DEFAULT);
      Logging.with(configuration.section("log", LogSettings.class, LogSettings.DEFAULT).on(true));
      configuration.check();
      NodeLog log = new NodeLog();
      Logging.alsoTo(log);
      Optional<AgentSettings> found = FoundServer.of(settings, stopping);
      if (found.isPresent()) {
        try (Agent _ = Agent.startAndInspectLater(found.get(), log)) {
          stopping.await();
        }
      }
      code = 0;
    } catch (ConfigurationException | AgentStartFailure wrong) {
      System.err.println("ingot: " + wrong.getMessage());
    } finally {
      System.exit(stopping.finished(code));
    }
  }

  /** Whoever started it is gone when standard input ends. */
  private static void awaitEnd(Stopping stopping) {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      System.err.println("ingot: standard input broke: " + broken.getMessage());
    }
    stopping.ask();
  }
}
