package dev.ingot.simulator.rack;

import dev.ingot.core.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conversation with one QEMU in its own protocol (QMP): a line of JSON each way, with events in
 * between.
 */
final class MachineControl implements AutoCloseable {
  private static final int MOST_LINES = 1000;

  private final String name;
  private final SocketChannel channel;
  private final BufferedReader lines;

  private MachineControl(String name, SocketChannel channel) {
    this.name = name;
    this.channel = channel;
    this.lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /** Connects; null when nothing runs there. */
  static @Nullable MachineControl open(RackMachine machine, Path folder) {
    Path socket = QemuCommand.control(folder);
    if (!Files.exists(socket)) {
      return null;
    }
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException gone) {
        channel.close();
        return null; // it was killed and left its socket
      }
      MachineControl control = new MachineControl(machine.name(), channel);
      control.lines.readLine(); // what it is
      control.ask("qmp_capabilities", null);
      return control;
    } catch (IOException e) {
      throw new RackException("QEMU of " + machine.name() + " does not answer: " + e, e);
    }
  }

  /** Whether the machine runs: what is stopped or has shut down is off. */
  boolean isOn() {
    return ask("query-status", null).path("running").asBoolean(false);
  }

  /** A command and what it returns. */
  JsonNode ask(String command, @Nullable ObjectNode arguments) {
    ObjectNode request = Json.MAPPER.createObjectNode().put("execute", command);
    if (arguments != null) {
      request.set("arguments", arguments);
    }
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(
              (Json.MAPPER.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      for (int count = 0; count < MOST_LINES; count++) {
        String line = lines.readLine();
        if (line == null) {
          break;
        }
        JsonNode answer = Json.MAPPER.readTree(line);
        if (answer.has("return")) {
          return answer.path("return");
        }
        if (answer.has("error")) {
          throw new RackException(
              "QEMU of " + name + ": " + command + ": " + answer.path("error").path("desc"));
        }
      }
      throw new RackException("QEMU of " + name + " ended while it was asked: " + command);
    } catch (IOException e) {
      throw new RackException("QEMU of " + name + " does not answer: " + e.getMessage(), e);
    }
  }

  /** Which of its devices it tries first; counts from the next start on. */
  void bootsFirst(boolean network) {
    ask(
        "qom-set",
        Json.MAPPER
            .createObjectNode()
            .put("path", "/machine/peripheral/nic0")
            .put("property", "bootindex")
            .put("value", network ? 1 : 90));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new RackException("QEMU of " + name + ": " + e.getMessage(), e);
    }
  }
}
