package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.Cli;
import dev.ingot.cli.Terminal;
import dev.ingot.cli.Units;
import dev.ingot.server.ServerSettings;
import java.io.PrintStream;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a person sees when {@code ingot up} is ready: where it is, this machine, what to try. */
final class ReadyScreen {
  /** How the launcher was called, so that what is shown can be typed as it stands. */
  private static final String COMMAND = System.getProperty("ingot.command", "ingot");

  private final Terminal terminal;
  private final ServerSettings settings;
  private final URI address;

  ReadyScreen(Call call, ServerSettings settings, URI address) {
    this.terminal = call.terminal();
    this.settings = settings;
    this.address = address;
  }

  void serverIsUp(@Nullable TryoutBroker broker) {
    PrintStream out = terminal.out();
    out.println("Ingot is up at " + address);
    out.println("  data   " + settings.data().dir());
    out.println("  token  " + settings.data().dir().resolve("admin.token"));
    if (broker != null) {
      out.println("  broker " + broker.url() + " (also in " + broker.file() + ")");
    }
    out.flush();
  }

  void machineIsKnown(String nodeId, boolean inventory) {
    PrintStream out = terminal.out();
    if (!inventory) {
      out.println("This machine has joined as " + nodeId + "; its inventory is not stored yet.");
    } else {
      out.println("This machine is node " + nodeId);
      out.flush();
      new Cli(asHere(), "", List.of()).run("nodes", "show", nodeId);
    }
    String ingot = "  " + exports() + quoted(COMMAND) + " ";
    String id = Units.shortId(nodeId);
    out.println("Try:");
    out.println(ingot + "nodes list");
    out.println(ingot + "nodes show " + id + " --inventory");
    out.println(ingot + "nodes query '{\"cpu.0.model_name\":{\"$regex\":\".\"}}'");
    out.println(ingot + "events watch");
    out.println("Ctrl-C stops it.");
    out.flush();
  }

  private String exports() {
    String exports = "";
    if (!settings.data().dir().equals(ServerSettings.DEFAULT.data().dir())) {
      exports += "INGOT_DATA_DIR=" + quoted(settings.data().dir().toString()) + " ";
    }
    if (!address.toString().equals("http://127.0.0.1:8080")) {
      exports += "INGOT_SERVER=" + address + " ";
    }
    return exports;
  }

  /** As a shell reads it back. */
  private static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private Terminal asHere() {
    Map<String, String> environment = new HashMap<>(terminal.environment());
    environment.put("INGOT_SERVER", address.toString());
    environment.put("INGOT_DATA_DIR", settings.data().dir().toString());
    environment.remove("INGOT_TOKEN");
    environment.remove("INGOT_TOKEN_FILE");
    return new Terminal(
        terminal.in(),
        terminal.out(),
        terminal.err(),
        environment,
        terminal.outputIsTerminal(),
        terminal.personIsThere(),
        terminal.clock());
  }
}
