package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.client.ClientException;
import dev.ingot.core.Json;
import dev.ingot.simulator.rack.Rack;
import dev.ingot.simulator.rack.RackException;
import dev.ingot.simulator.rack.RackSettings;
import dev.ingot.simulator.rack.RackSettings.Disk;
import dev.ingot.simulator.rack.RackSettings.Firmware;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code ingot rack up}. */
final class RackUp {
  /** For each machine: to look is work for the processors that are also their firmware's. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final String IMAGE = "images/microkernel/x86_64/vmlinuz";
  private static final int MILLIS = 5_000;

  private RackUp() {}

  static int run(Call call) throws InterruptedException {
    Stopping stopping = Stopping.onSignals();
    int code = ExitCode.FAILED;
    try {
      code = up(call, stopping);
      return code;
    } catch (RackException e) {
      throw new CommandException(code, String.valueOf(e.getMessage()), e);
    } catch (CommandException e) {
      code = e.exitCode();
      throw e;
    } finally {
      stopping.finished(code);
    }
  }

  private static int up(Call call, Stopping stopping) throws InterruptedException {
    RackSettings wanted = settings(call);
    Rack.refuseSecond(wanted.name());
    call.client().boot().networks(); // a server that does not answer is told before anything else
    if (call.flag("--check")) {
      return ExitCode.OK;
    }
    Rack rack = Rack.lay(wanted, call.dataFolder());
    RackSettings settings = rack.settings();
    say(
        call,
        "rack %s: %d %s %s in the namespace %s, network %s.0/24"
            .formatted(
                settings.name(),
                settings.nodes(),
                settings.firmware(),
                settings.nodes() == 1 ? "machine" : "machines",
                settings.namespace(),
                settings.subnet()));
    boolean started = false;
    long began;
    try {
      open(call, settings);
      began = System.nanoTime();
      rack.start();
      started = true;
    } finally {
      if (!started) {
        undo(call, settings);
      }
    }
    if (call.flag("--no-wait")) {
      show(call, rack);
      return ExitCode.OK;
    }
    return await(call, rack, stopping, began);
  }

  private static RackSettings settings(Call call) {
    List<String> disks = call.options("--disk");
    String subnet = Rack.freeSubnet();
    try {
      return new RackSettings(
          RackCommands.name(call),
          subnet,
          call.number("--nodes", 1),
          call.flag("--uefi") ? Firmware.UEFI : Firmware.BIOS,
          call.number("--memory", 768),
          call.number("--ports", 1),
          (disks.isEmpty() ? List.of("virtio:1G") : disks).stream().map(Disk::of).toList(),
          !call.flag("--without-bmc"),
          !call.flag("--without-dhcp"));
    } catch (RackException wrong) {
      throw CommandException.usage(String.valueOf(wrong.getMessage()));
    }
  }

  /** The server answers the rack's cable, lets its machines in, and has what they boot. */
  private static void open(Call call, RackSettings settings) {
    JsonNode network =
        call.client()
            .boot()
            .openNetwork(
                settings.name(),
                Json.MAPPER
                    .createObjectNode()
                    .put("networkInterface", settings.cable())
                    .put("insecure", true)); // the cable does not leave this machine
    call.client().setBootNetwork(settings.name(), "auto"); // now that the name is the cable's
    URI image = URI.create(network.path("files").asString("") + IMAGE);
    try {
      HttpURLConnection asked = (HttpURLConnection) image.toURL().openConnection();
      asked.setRequestMethod("HEAD");
      asked.setConnectTimeout(MILLIS);
      asked.setReadTimeout(MILLIS);
      if (asked.getResponseCode() != 200) {
        throw new CommandException(
            ExitCode.FAILED,
            "the server has no microkernel to boot ("
                + image
                + " answers "
                + asked.getResponseCode()
                + "): ./ingot images build");
      }
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, "the server's boot files cannot be reached at " + image + ": " + e, e);
    }
    say(call, "the server answers machines on " + settings.cable());
  }

  private static void undo(Call call, RackSettings settings) {
    Rack.clear(settings.name(), call.dataFolder());
    try {
      RackDown.leave(call.client(), settings.name());
    } catch (ClientException e) {
      org.slf4j.LoggerFactory.getLogger(RackUp.class).debug("nothing to close", e);
    }
  }

  private static int await(Call call, Rack rack, Stopping stopping, long began)
      throws InterruptedException {
    int most = call.number("--within", 300 + 60 * rack.settings().nodes());
    RackView view = new RackView(rack);
    RackProgress progress = new RackProgress(call.terminal());
    while (true) {
      List<JsonNode> items = view.items(call.client());
      double seconds = (System.nanoTime() - began) / 1e9;
      progress.show(items, seconds);
      if (items.stream().allMatch(RackView::isSettled)) {
        progress.end();
        show(call, rack);
        hints(call, rack);
        return ExitCode.OK;
      }
      boolean late = seconds > most;
      if (late || stopping.await(LOOK.multipliedBy(items.size()))) {
        progress.end();
        show(call, rack);
        say(
            call,
            (late ? "not all are nodes after " + most + " s; " : "")
                + "the machines go on: ingot rack list --watch, ingot boot history MAC");
        return late ? ExitCode.TIMED_OUT : ExitCode.INTERRUPTED;
      }
    }
  }

  private static void show(Call call, Rack rack) {
    call.output().list(new RackView(rack).items(call.client()), "name", RackView.COLUMNS);
  }

  private static void hints(Call call, Rack rack) {
    if (!call.terminal().personIsThere()) {
      return;
    }
    String first = rack.settings().machines().getFirst().name();
    say(
        call,
        "try: ingot nodes list; ingot rack console "
            + first
            + "; ingot boot history "
            + rack.settings().machines().getFirst().mac(0));
    if (rack.settings().bmc()) {
      say(
          call,
          "     ipmitool -I lanplus -C 3 -U admin -P password -H "
              + rack.settings().machines().getFirst().bmcAddress()
              + " chassis power cycle");
    }
    say(call, "     ingot rack down takes all of it away");
  }

  private static void say(Call call, String line) {
    call.terminal().err().println("ingot: " + line);
    call.terminal().err().flush();
  }
}
