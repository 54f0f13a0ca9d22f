package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.cli.Noun;
import dev.ingot.cli.Verb;
import dev.ingot.client.ClientException;
import dev.ingot.simulator.rack.Rack;
import dev.ingot.simulator.rack.RackException;
import dev.ingot.simulator.rack.RackFolder;
import dev.ingot.simulator.rack.RackMachine;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code ingot rack}: machines of QEMU on this machine, booted by the server that runs here. */
final class RackCommands {
  static final String USUAL_NAME = "rack";

  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final String MACHINE = "its name, such as rack-1, or its number";

  private RackCommands() {}

  static Noun noun() {
    return Noun.of(
        "rack", "racks", "A rack in a box: machines of QEMU on this machine", RackCommands::all);
  }

  private static List<Verb> all() {
    return List.of(
        named(
            Verb.of("up", "Sets up a rack and waits until its machines are nodes", RackUp::run)
                .option("--nodes", "N", "how many machines (1)")
                .flag("--uefi", "started by UEFI instead of BIOS")
                .option("--memory", "MB", "of each (768)")
                .option("--ports", "N", "of each, on one switch (1)")
                .options("--disk", "BUS:SIZE", "virtio:1G, nvme:1G, ahci:1G; several (virtio:1G)")
                .flag("--without-bmc", "no emulated BMCs")
                .flag("--without-dhcp", "nobody gives addresses: run a DHCP server of your own")
                .flag("--no-wait", "do not wait until they are nodes")
                .flag("--check", "only look whether it could be set up")
                .option("--within", "SECONDS", "how long to wait (300, and 60 more a machine)")),
        named(
            Verb.of("list", "Shows the machines of the rack", guarded(RackCommands::list))
                .flag("--watch", "show it again every 2 seconds")),
        named(
            Verb.of("power", "Switches a machine, as its BMC does", guarded(RackCommands::power))
                .argument("MACHINE", MACHINE)
                .argument(
                    "WHAT",
                    "on, off, cycle, reset; pxe or disk: what it starts from when it starts next")),
        named(
            Verb.of(
                    "console",
                    "Shows what a machine says on its serial port, and speaks to it",
                    guarded(RackConsole::run))
                .argument("MACHINE", MACHINE)
                .flag("--log", "what it has said so far, and no more")),
        named(
            Verb.of("down", "Takes the rack away: nothing of it is left", guarded(RackDown::run))
                .flag("--forget", "have the server forget its nodes too")));
  }

  private static Verb named(Verb verb) {
    return verb.option("--name", "NAME", "of the rack (" + USUAL_NAME + "); there may be several");
  }

  /** What is wrong with a rack is one line for a person. */
  static Verb.Action guarded(Verb.Action action) {
    return call -> {
      try {
        return action.run(call);
      } catch (RackException e) {
        throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
      }
    };
  }

  static String name(Call call) {
    String name = call.option("--name");
    return name == null ? USUAL_NAME : name;
  }

  static Rack find(Call call) {
    Rack rack = Rack.find(name(call), call.dataFolder());
    if (rack != null) {
      return rack;
    }
    List<String> others = RackFolder.names(call.dataFolder());
    throw new CommandException(
        ExitCode.NOT_FOUND,
        "there is no rack "
            + name(call)
            + (others.isEmpty() ? "; ingot rack up" : "; there is " + String.join(", ", others)));
  }

  static RackMachine machine(Call call, Rack rack) {
    try {
      return rack.settings().machine(call.argument(0));
    } catch (RackException e) {
      throw new CommandException(ExitCode.NOT_FOUND, String.valueOf(e.getMessage()), e);
    }
  }

  private static int list(Call call) throws InterruptedException {
    Rack rack = find(call);
    RackView view = new RackView(rack);
    call.output().list(items(call, view), "name", RackView.COLUMNS);
    while (call.flag("--watch")) {
      call.terminal().pause(AGAIN);
      List<JsonNode> items = items(call, view);
      call.output().again();
      call.output().list(items, "name", RackView.COLUMNS);
    }
    return ExitCode.OK;
  }

  private static List<JsonNode> items(Call call, RackView view) {
    try {
      return view.items(call.client());
    } catch (ClientException e) {
      call.terminal().err().println("ingot: the server does not say what they are: " + e.detail());
      return view.items(null);
    }
  }

  private static int power(Call call) {
    Rack rack = find(call);
    RackMachine machine = machine(call, rack);
    Rack.Power power = power(call.argument(1));
    rack.power(machine, power);
    call.output()
        .done(
            machine.name() + ": " + done(power),
            JsonNodeFactory.instance
                .objectNode()
                .put("name", machine.name())
                .put("power", call.argument(1)),
            "name");
    return ExitCode.OK;
  }

  private static Rack.Power power(String word) {
    for (Rack.Power each : Rack.Power.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
        return each;
      }
    }
    throw CommandException.usage("WHAT is on, off, cycle, reset, pxe or disk, not " + word);
  }

  private static String done(Rack.Power power) {
    return switch (power) {
      case ON -> "is on";
      case OFF -> "is off";
      case CYCLE -> "was off and is on";
      case RESET -> "starts again";
      case PXE -> "starts from the network when it starts next";
      case DISK -> "starts from its disk when it starts next";
    };
  }
}
