package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.client.ClientException;
import dev.ingot.client.IngotClient;
import dev.ingot.simulator.rack.Rack;
import dev.ingot.simulator.rack.RackException;
import dev.ingot.simulator.rack.RackSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code ingot rack down}. */
final class RackDown {
  private static final int GONE = 404;

  /** The server's word for a network that was not opened but is in its configuration. */
  private static final int CONFIGURED = 409;

  private RackDown() {}

  static int run(Call call) {
    String name = RackCommands.name(call);
    Rack rack = whole(call, name);
    List<String> notes = new ArrayList<>();
    boolean answered = false;
    try {
      IngotClient client = call.client();
      answered = isAnswered(client, name);
      if (rack != null && call.flag("--forget")) {
        new RackView(rack).nodes(client).forEach(client::deleteNode);
      }
    } catch (ClientException | CommandException e) {
      notes.add("the server was not told: " + said(e));
    }
    boolean any = Rack.clear(name, call.dataFolder());
    if (answered) {
      leave(call.client(), name);
    }
    notes.forEach(note -> call.terminal().err().println("ingot: " + note));
    if (!any && !answered) {
      throw new CommandException(ExitCode.NOT_FOUND, "there is no rack " + name);
    }
    call.output()
        .done(
            "rack " + name + " is gone",
            JsonNodeFactory.instance.objectNode().put("name", name),
            "name");
    return ExitCode.OK;
  }

  /**
   * Whether the server answers on the rack's own cable. A network of the same name that is another
   * interface's is somebody else's.
   */
  private static boolean isAnswered(IngotClient client, String name) {
    String cable = RackSettings.cable(name);
    for (JsonNode network : client.boot().networks().items()) {
      if (network.path("name").asString("").equals(name)
          && network.path("networkInterface").asString("").equals(cable)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The server answers the cable no more, unless its configuration names it, and lets nobody in
   * from there.
   */
  static void leave(IngotClient client, String name) {
    unless(Set.of(GONE, CONFIGURED), () -> client.boot().closeNetwork(name));
    unless(Set.of(GONE), () -> client.removeBootNetwork(name));
  }

  private static void unless(Set<Integer> answers, Runnable call) {
    try {
      call.run();
    } catch (ClientException e) {
      if (!answers.contains(e.status())) {
        throw e;
      }
    }
  }

  private static String said(RuntimeException e) {
    return e instanceof ClientException answer ? answer.detail() : String.valueOf(e.getMessage());
  }

  /** The rack, if its files can still be read. */
  private static @Nullable Rack whole(Call call, String name) {
    try {
      return Rack.find(name, call.dataFolder());
    } catch (RackException e) {
      call.terminal().err().println("ingot: " + e.getMessage());
      return null;
    }
  }
}
