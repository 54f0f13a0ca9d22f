package dev.ingot.app;

import dev.ingot.agent.AgentSettings;
import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.client.ClientException;
import dev.ingot.configuration.Configuration;
import dev.ingot.server.Server;
import dev.ingot.server.ServerSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code ingot up}: a server in this process, and this machine's agent beside it. */
final class UpCommand {
  /** Starts a broker too. */
  static final String AMQP = "--amqp";

  /** As {@code dev.ingot.agent} says it. */
  private static final Pattern JOINED = Pattern.compile("joined as ([0-9a-f]{42})");

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Pattern REFUSED = Pattern.compile("refused because ([a-z-]+)");

  private static final Logger log = LoggerFactory.getLogger(UpCommand.class);

  private record Chosen(ServerSettings server, LogSettings log) {
    static Chosen of(Configuration configuration) {
      configuration.section("", AgentSettings.class, AgentSettings.DEFAULT);
      return new Chosen(
          configuration.section("", ServerSettings.class, ServerSettings.DEFAULT),
          configuration.section("log", LogSettings.class, LogSettings.DEFAULT));
    }
  }

  private final Call call;
  private final Chosen chosen;
  private final Server server;
  private final OwnAgent own;
  private final Stopping stopping;
  private final @Nullable TryoutBroker broker;
  private final BlockingQueue<String> told = new ArrayBlockingQueue<>(16);

  private UpCommand(
      Call call,
      Chosen chosen,
      Server server,
      OwnAgent own,
      @Nullable TryoutBroker broker,
      Stopping stopping) {
    this.call = call;
    this.chosen = chosen;
    this.server = server;
    this.own = own;
    this.broker = broker;
    this.stopping = stopping;
  }

  static int run(Call call) throws InterruptedException {
    Stopping stopping = Stopping.onSignals();
    int code = ExitCode.FAILED;
    try {
      Chosen chosen = Settings.read(call, ServerSettings.DEFAULT.data().dir(), Chosen::of);
      LogSettings log = chosen.log().on(call.terminal().personIsThere());
      Logging.with(log);
      Path data = chosen.server().data().dir();
      Path certificate = chosen.server().http().tls().certificate();
      try (TryoutBroker broker = broker(call, chosen.server());
          Server server = ServerCommand.start(with(broker, chosen.server()), stopping);
          OwnAgent own = new OwnAgent(data, server.address(), certificate)) {
        if (broker != null) {
          broker.keep();
        }
        Chosen used = new Chosen(chosen.server(), log);
        new UpCommand(call, used, server, own, broker, stopping).attend();
      }
      code = ExitCode.OK;
      return code;
    } catch (CommandException e) {
      code = e.exitCode();
      throw e;
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, "cannot keep a file: " + e.getMessage(), e);
    } finally {
      stopping.finished(code);
    }
  }

  private static @Nullable TryoutBroker broker(Call call, ServerSettings settings) {
    if (!call.flag(AMQP)) {
      return null;
    }
    if (settings.amqp().isConfigured()) {
      throw CommandException.usage(
          AMQP + " starts a broker, and amqp.url names one: keep one of them");
    }
    return TryoutBroker.start(settings.data().dir());
  }

  private static ServerSettings with(@Nullable TryoutBroker broker, ServerSettings settings) {
    return broker == null ? settings : settings.with(settings.amqp().tryingOut(broker.url()));
  }

  private void attend() throws IOException, InterruptedException {
    log.info("ready at {}", server.address());
    boolean joining = !own.hasJoined();
    if (joining) {
      leaveToken();
    }
    boolean json = chosen.log().format() == LogSettings.Format.JSON;
    PrintStream out = call.terminal().err();
    try (AgentProcess agent =
        new AgentProcess(this::arguments, out, json ? "" : "agent  ", this::hear)) {
      // Reads what the agent says; close() of the command's end interrupts it.
      Thread greeter = Thread.ofVirtual().name("greeter").start(() -> greet(agent, joining));
      stopping.await();
      greeter.interrupt();
    }
  }

  /** Waits for this machine to be in the inventory, and shows it. */
  private void greet(AgentProcess agent, boolean joining) {
    ReadyScreen screen = new ReadyScreen(call, chosen.server(), server.address());
    screen.serverIsUp(broker);
    boolean helped = joining;
    try {
      while (true) {
        String line = told.take();
        Matcher joined = JOINED.matcher(line);
        if (joined.find()) {
          own.joined(joined.group(1));
          screen.machineIsKnown(joined.group(1), awaitInventory(joined.group(1)));
          return;
        }
        if (!helped) {
          // Another database than the one it had joined: this machine's administrator lets it in.
          helped = true;
          leaveToken();
          agent.restart();
        }
      }
    } catch (IOException e) {
      log.error("cannot help this machine's agent to join: {}", e.getMessage());
    } catch (InterruptedException e) {
      log.debug("stopped", e);
    } catch (RuntimeException e) {
      log.error("this machine's agent: {}", e.getMessage(), e);
    }
  }

  private void leaveToken() throws IOException {
    try {
      own.leaveToken();
    } catch (ClientException e) {
      log.error("cannot make an enrolment token for this machine: {}", e.detail());
    }
  }

  private boolean awaitInventory(String nodeId) throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      if (own.inventory(nodeId) != null) {
        return true;
      }
      if (stopping.await(LOOK)) {
        return false;
      }
    }
    return false;
  }

  private void hear(String line) {
    boolean matters = JOINED.matcher(line).find() || REFUSED.matcher(line).find();
    if (matters && !told.offer(line)) {
      log.debug("nobody hears what the agent says: {}", line);
    }
  }

  /** The agent reads the same file and environment; flags are handed on. */
  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    String config = call.option("--config");
    if (config != null) {
      arguments.addAll(List.of("--config", config));
    }
    arguments.addAll(List.of("--log", chosen.log().formatWord()));
    Map<String, String> flags = Settings.flags(call.unmatched());
    flags.put("data.dir", chosen.server().data().dir().toString());
    flags.put("server.url", server.address().toString());
    if (Files.exists(own.tokenFile())) {
      flags.put("enrolment.token-file", own.tokenFile().toString());
    }
    Path certificate = chosen.server().http().tls().certificate();
    if (certificate != null) {
      flags.put("server.ca", certificate.toString());
    }
    flags.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    return arguments;
  }
}
