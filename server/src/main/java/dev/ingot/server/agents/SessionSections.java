package dev.ingot.server.agents;

import dev.ingot.protocol.Digests;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.PluginMessage;
import dev.ingot.protocol.ProtocolException;
import dev.ingot.server.nodes.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which sections of a node the server has, compared once with what the agent has. */
final class SessionSections {
  private @Nullable Map<String, String> stored;
  private boolean takesLogs;

  /** The answer to a hello whose sections have this digest. */
  Message.Welcome welcome(
      AgentsSettings settings,
      Admission.Admitted admission,
      Map<String, String> ofServer,
      int version,
      String digest) {
    boolean differ = !digest.equals(Digests.overall(ofServer));
    stored = differ ? ofServer : null;
    takesLogs = admission.standing() != Admission.Standing.PENDING;
    return new Message.Welcome(
        version,
        takesLogs ? Set.of(Message.Logs.FEATURE, PluginMessage.FEATURE) : Set.of(),
        admission.nodeId(),
        admission.standing() == Admission.Standing.PENDING,
        (int) settings.heartbeat().toSeconds(),
        (int) settings.silence().toSeconds(),
        differ);
  }

  /** A node that waits for approval says nothing that is kept. */
  void checkTakesLogs() {
    if (!takesLogs) {
      throw new ProtocolException(
          "out-of-order", "logs or results of a node that waits for approval");
    }
  }

  /** What of the agent's sections is to be sent. */
  Message.Wanted wanted(Map<String, String> digests) {
    if (stored == null) {
      throw new ProtocolException("out-of-order", "digests that nobody asked for");
    }
    Map<String, String> ofServer = Digests.shorten(stored);
    stored = null;
    List<String> wanted = new ArrayList<>();
    digests.forEach(
        (name, digest) -> {
          if (!Digests.shorten(digest).equals(ofServer.get(name))) {
            wanted.add(name);
          }
        });
    return new Message.Wanted(wanted);
  }
}
