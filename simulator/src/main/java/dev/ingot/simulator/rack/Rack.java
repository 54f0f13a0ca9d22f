package dev.ingot.simulator.rack;

import dev.ingot.simulator.rack.RackSettings.Firmware;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A rack of this machine that stands: its machines, their power, and its end. */
public final class Rack {
  private final RackSettings settings;
  private final RackFolder folder;
  private final RackNetwork network;

  /** What can be done to a machine's power. */
  public enum Power {
    ON,
    OFF,
    CYCLE,
    RESET,
    /** Starts from the network at its next start. */
    PXE,
    /** Starts from its disk at its next start. */
    DISK
  }

  /**
   * A machine as it stands.
   *
   * @param address that its first port was given; null while it has none
   */
  public record State(RackMachine machine, boolean on, @Nullable String address) {}

  private Rack(RackSettings settings, RackFolder folder) {
    this.settings = settings;
    this.folder = folder;
    this.network = new RackNetwork(settings);
  }

  /** A network that a new rack can have. */
  public static String freeSubnet() {
    return RackNetwork.freeSubnet();
  }

  /**
   * Lays the network: after this its cable is there to be answered on. What was made before a
   * failure is taken away again. It is another network than the one asked for when a rack that was
   * laid at the same moment has that.
   *
   * @throws RackException that says what is missing
   */
  public static Rack lay(RackSettings settings, Path dataFolder) {
    List<String> programs = new ArrayList<>(List.of("ip", "setsid", "qemu-system-x86_64"));
    if (settings.dhcp()) {
      programs.add("dnsmasq");
    }
    if (settings.bmc()) {
      programs.addAll(List.of("ipmi_sim", "bash"));
    }
    Programs.need(programs);
    if (settings.firmware() == Firmware.UEFI && !Files.isReadable(QemuCommand.UEFI_CODE)) {
      throw new RackException("UEFI machines need ovmf (apt-get install ovmf)");
    }
    refuseSecond(settings.name());
    Rack rack = tryToLay(settings, dataFolder);
    while (rack == null) {
      rack = tryToLay(settings.in(RackNetwork.anotherSubnet()), dataFolder);
    }
    return rack;
  }

  /**
   * Looks whether there is a rack of that name.
   *
   * @throws RackException that says so
   */
  public static void refuseSecond(String name) {
    if (new RackRuins(name).standing()) {
      throw new RackException("rack " + name + " is there already: ingot rack down");
    }
  }

  /** Null when its network is another rack's by now. */
  private static @Nullable Rack tryToLay(RackSettings settings, Path dataFolder) {
    RackFolder folder = new RackFolder(dataFolder, settings.name());
    folder.remove(); // of a machine that was restarted
    folder.make(settings);
    Rack rack = new Rack(settings, folder);
    boolean laid = false;
    try {
      laid = rack.network.lay();
      if (laid && settings.dhcp()) {
        laid = false;
        rack.network.serveAddresses(folder.path());
        laid = true;
      }
      return laid ? rack : null;
    } finally {
      if (!laid) {
        clear(settings.name(), dataFolder);
      }
    }
  }

  /** The rack of that name; null when none is set up. */
  public static @Nullable Rack find(String name, Path dataFolder) {
    RackFolder folder = new RackFolder(dataFolder, name);
    RackSettings settings = folder.settings();
    return settings == null ? null : new Rack(settings, folder);
  }

  public RackSettings settings() {
    return settings;
  }

  /** When it was set up. */
  public Instant started() {
    return folder.made();
  }

  /** Switches all machines on for the first time. */
  public void start() {
    if (settings.bmc()) {
      RackBmc.writeScript(folder);
    }
    for (RackMachine machine : settings.machines()) {
      start(machine);
    }
  }

  private void start(RackMachine machine) {
    Path own = folder.machine(machine);
    try {
      for (int disk = 0; disk < settings.disks().size(); disk++) {
        empty(QemuCommand.disk(own, disk), settings.disks().get(disk).size());
      }
      if (settings.firmware() == Firmware.UEFI) {
        Files.copy(QemuCommand.UEFI_VARIABLES, QemuCommand.variables(own));
      }
    } catch (IOException e) {
      throw new RackException("cannot make the disks of " + machine.name() + ": " + e, e);
    }
    if (settings.bmc()) {
      RackBmc.start(machine, folder, network);
    }
    launch(machine);
  }

  private void launch(RackMachine machine) {
    List<String> command = QemuCommand.of(machine, folder.machine(machine));
    Programs.run(network.command(command.toArray(String[]::new)));
  }

  private static void empty(Path file, String size) throws IOException {
    long bytes = Long.parseLong(size.substring(0, size.length() - 1));
    bytes <<= size.endsWith("G") ? 30 : 20;
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.position(bytes - 1).write(ByteBuffer.allocate(1)); // takes no room until written
    }
  }

  /** The machines as they stand. */
  public List<State> states() {
    Map<String, String> addresses = network.addresses(folder.path());
    List<State> states = new ArrayList<>();
    for (RackMachine machine : settings.machines()) {
      boolean on = false;
      try (MachineControl control = MachineControl.open(machine, folder.machine(machine))) {
        on = control != null && control.isOn();
      }
      states.add(new State(machine, on, addresses.get(machine.mac(0))));
    }
    return states;
  }

  /** Switches a machine, or says what it starts from. */
  public void power(RackMachine machine, Power power) {
    try (MachineControl control = MachineControl.open(machine, folder.machine(machine))) {
      if (control == null) { // somebody ended its QEMU: a machine without power
        if (power == Power.ON || power == Power.CYCLE || power == Power.RESET) {
          launch(machine);
          return;
        }
        throw new RackException("QEMU of " + machine.name() + " does not run: switch it on first");
      }
      switch (power) {
        case ON -> {
          if (!control.isOn()) {
            restart(control);
          }
        }
        case OFF -> off(control);
        case CYCLE -> {
          off(control);
          restart(control);
        }
        case RESET -> restart(control);
        case PXE -> control.bootsFirst(true);
        case DISK -> control.bootsFirst(false);
      }
    }
  }

  /** Memory is cleared, and the processor stands. */
  private static void off(MachineControl control) {
    control.ask("stop", null);
    control.ask("system_reset", null);
  }

  private static void restart(MachineControl control) {
    control.ask("system_reset", null);
    control.ask("cont", null);
  }

  /** All that a machine has written on its serial port. */
  public Path consoleLog(RackMachine machine) {
    return QemuCommand.consoleLog(folder.machine(machine));
  }

  /** The socket on which its serial port can be spoken to. */
  public Path console(RackMachine machine) {
    return QemuCommand.console(folder.machine(machine));
  }

  /**
   * Takes away all of a rack, also of one that was killed half made.
   *
   * @return whether there was anything
   */
  public static boolean clear(String name, Path dataFolder) {
    RackRuins.Cleared cleared = new RackRuins(name).clear();
    boolean files = new RackFolder(dataFolder, name).remove();
    return files || cleared.namespace();
  }
}
