package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.simulator.rack.Rack;
import dev.ingot.simulator.rack.RackMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code ingot rack console}: a machine's serial port on this terminal. */
final class RackConsole {
  /** Ctrl-], as of telnet. */
  private static final int LEAVE = 0x1d;

  private static final int SHOWN_BEFORE = 16 << 10;

  private RackConsole() {}

  static int run(Call call) throws InterruptedException {
    Rack rack = RackCommands.find(call);
    RackMachine machine = RackCommands.machine(call, rack);
    PrintStream out = call.terminal().out();
    try {
      Path log = rack.consoleLog(machine);
      if (call.flag("--log")) {
        if (Files.exists(log)) {
          Files.copy(log, out);
        }
        out.flush();
        return ExitCode.OK;
      }
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(rack.console(machine)));
        if (Files.exists(log)) {
          before(log, out);
        }
        return attach(call, channel);
      }
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, "the console of " + machine.name() + ": " + e.getMessage(), e);
    }
  }

  private static void before(Path log, PrintStream out) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(Math.max(0, Files.size(log) - SHOWN_BEFORE));
      in.transferTo(out);
    }
    out.flush();
  }

  private static int attach(Call call, SocketChannel channel)
      throws IOException, InterruptedException {
    boolean person = call.terminal().personIsThere();
    if (person) {
      call.terminal().err().println("ingot: Ctrl-] leaves the console; the machine goes on");
      stty("raw", "-echo");
    }
    try {
      // Ends with the channel.
      Thread.ofPlatform().daemon().name("console-input").start(() -> type(call, channel, person));
      InputStream said = Channels.newInputStream(channel);
      byte[] bytes = new byte[4096];
      for (int count = said.read(bytes); count > 0; count = said.read(bytes)) {
        call.terminal().out().write(bytes, 0, count);
        call.terminal().out().flush();
      }
    } catch (java.nio.channels.AsynchronousCloseException left) {
      return ExitCode.OK;
    } finally {
      if (person) {
        stty("sane");
        call.terminal().err().println();
      }
    }
    return ExitCode.OK;
  }

  private static void type(Call call, SocketChannel channel, boolean person) {
    try {
      OutputStream typed = Channels.newOutputStream(channel);
      for (int next = call.terminal().in().read(); next >= 0; next = call.terminal().in().read()) {
        if (person && next == LEAVE) {
          break;
        }
        typed.write(next);
      }
      channel.close();
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(RackConsole.class).debug("the console ended", e);
    }
  }

  private static void stty(String... words) throws IOException, InterruptedException {
    java.util.List<String> command =
        new java.util.ArrayList<>(java.util.List.of("stty", "-F", "/dev/tty"));
    command.addAll(java.util.List.of(words));
    new ProcessBuilder(command).start().waitFor(2, TimeUnit.SECONDS);
  }
}
