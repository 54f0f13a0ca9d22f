package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.cli.Terminal;
import dev.ingot.core.Json;
import dev.ingot.simulator.Behaviours;
import dev.ingot.simulator.Fleet;
import dev.ingot.simulator.FleetPower;
import dev.ingot.simulator.FleetProgress;
import dev.ingot.simulator.FleetSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code ingot simulate}: a fleet that is not there, over the real link. */
final class SimulateCommand {
  private static final long LINE_EVERY = TimeUnit.SECONDS.toNanos(1);

  private SimulateCommand() {}

  static int run(Call call) throws InterruptedException {
    Stopping stopping = Stopping.onSignals();
    int code = ExitCode.FAILED;
    String begun = call.option("--begun-file");
    FleetSettings settings =
        new FleetSettings(
            call.server(),
            call.number("--nodes", 10),
            call.number("--seed", 1),
            call.number("--at-once", 250),
            behaviours(call),
            begun == null ? null : Path.of(begun));
    try (Fleet fleet = fleet(settings, voucher(call));
        FleetPower power = power(call, fleet)) {
      if (power != null) {
        call.terminal().err().println("power of the machines: workflow.power-url " + power.url());
      }
      code = watch(call, fleet, settings.nodes(), stopping);
      return code;
    } finally {
      stopping.finished(code);
    }
  }

  private static @Nullable FleetPower power(Call call, Fleet fleet) {
    if (call.option("--power-port") == null) {
      return null;
    }
    int port = call.number("--power-port", 1);
    try {
      return new FleetPower(fleet, port);
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.FAILED, "cannot listen on --power-port " + port + ": " + e.getMessage(), e);
    }
  }

  private static Fleet fleet(FleetSettings settings, String voucher) {
    try {
      return new Fleet(settings, voucher, InstantSource.system());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--server: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new CommandException(
          ExitCode.NOT_FOUND, "cannot write --begun-file: " + e.getMessage(), e);
    }
  }

  private static Behaviours behaviours(Call call) {
    String text = call.option("--behaviour");
    try {
      return Behaviours.of(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--behaviour: " + e.getMessage(), e);
    }
  }

  /** Watches until everything is stored or, without {@code --until-stored}, until it is stopped. */
  private static int watch(Call call, Fleet fleet, int nodes, Stopping stopping)
      throws InterruptedException {
    Terminal terminal = call.terminal();
    long started = System.nanoTime();
    long lastLine = started;
    fleet.go();
    while (true) {
      boolean stopped = stopping.await(Duration.ofMillis(50));
      int stored = fleet.stored();
      long now = System.nanoTime();
      boolean all = stored == nodes && call.flag("--until-stored");
      if (now - lastLine >= LINE_EVERY || all || stopped) {
        lastLine = now;
        terminal.err().println(line(fleet, stored, nodes, now - started));
        terminal.err().flush();
      }
      if (all || stopped) {
        call.output().document(result(fleet, stored, now - started), "stored");
        return all || !call.flag("--until-stored") ? ExitCode.OK : ExitCode.INTERRUPTED;
      }
    }
  }

  private static String line(Fleet fleet, int stored, int nodes, long nanos) {
    FleetProgress progress = fleet.progress();
    return "%5d s  linked %d  stored %d of %d  joined %d  sent %d kB  received %d kB%s"
        .formatted(
            nanos / 1_000_000_000,
            fleet.linked(),
            stored,
            nodes,
            progress.joined(),
            progress.sentBytes() / 1000,
            progress.receivedBytes() / 1000,
            progress.reasons().isEmpty() ? "" : "  " + progress.reasons());
  }

  private static ObjectNode result(Fleet fleet, int stored, long nanos) {
    FleetProgress progress = fleet.progress();
    ObjectNode result = Json.MAPPER.createObjectNode();
    result.put("stored", stored).put("linked", fleet.linked()).put("joined", progress.joined());
    result.put("seconds", nanos / 1_000_000 / 1000.0);
    result.put("nodesPerSecond", Math.round(stored * 1e10 / nanos) / 10.0);
    result.put("sentBytes", progress.sentBytes()).put("receivedBytes", progress.receivedBytes());
    ObjectNode reasons = result.putObject("reasons");
    progress.reasons().forEach(reasons::put);
    return result;
  }

  /** The enrolment token of the file or the environment, or a new one of the server. */
  private static String voucher(Call call) {
    String file = call.option("--enrolment-token-file");
    @Nullable String given = call.terminal().environment().get("INGOT_ENROLMENT_TOKEN");
    if (file != null) {
      try {
        return Files.readString(Path.of(file)).strip();
      } catch (IOException e) {
        throw new CommandException(ExitCode.NOT_FOUND, "cannot read " + file, e);
      }
    }
    if (given != null) {
      return given;
    }
    if (call.server().toString().startsWith("amqp")) {
      throw CommandException.usage(
          "a broker makes no enrolment token: give one by --enrolment-token-file or"
              + " INGOT_ENROLMENT_TOKEN (ingot enrolment-tokens create NAME)");
    }
    ObjectNode body = Json.MAPPER.createObjectNode().put("name", "simulated-fleet");
    return call.client().createEnrolmentToken(body).path("secret").asString();
  }
}
