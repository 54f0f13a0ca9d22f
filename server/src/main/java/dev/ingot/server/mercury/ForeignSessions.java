package dev.ingot.server.mercury;

import dev.ingot.core.IdentityFacts;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.nodes.presence.Sessions;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sessions in which Mercury's agents speak for their nodes, as ours do. */
final class ForeignSessions {
  static final String VERSION = "Mercury";

  /** Nothing that its agent says proves what machine it is. */
  private static final IdentityFacts NOTHING =
      new IdentityFacts(null, null, null, null, null, null, List.of(), null);

  private final Outbox outbox;
  private final ServerIdentity server;
  private final RandomGenerator random;

  ForeignSessions(Outbox outbox, ServerIdentity server, RandomGenerator random) {
    this.outbox = outbox;
    this.server = server;
    this.random = random;
  }

  /** An agent and its session. */
  record Seated(Presence.Session session, String bootId, String incarnation) {
    IdentityFacts facts() {
      return NOTHING;
    }
  }

  /** A word for an agent that has just registered. */
  String word() {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Takes the session of a node.
   *
   * @param word which run of its agent speaks
   * @param booted when its machine was booted; null if that is not known
   * @throws Refused if an agent of ours has it
   */
  Seated take(
      Handle handle, String node, String word, @Nullable LocalDateTime booted, AgentInfo info) {
    Sessions.Seat seat =
        Sessions.lock(handle, node)
            .orElseThrow(() -> new Refused("node " + node + " was deleted meanwhile"));
    if (!isTheirs(handle, node)) {
      throw new Refused(
          "node " + node + " has an agent of Ingot, which speaks for it, or was revoked");
    }
    String boot = Boot.name(seat.bootId(), booted);
    boolean another = !word.equals(seat.incarnation());
    String address = info.address().getHostAddress();
    handle
        .createUpdate(
            """
            UPDATE node SET agent_version = :version
            WHERE id = :node AND agent_version IS DISTINCT FROM :version
            """)
        .bind("node", node)
        .bind("version", VERSION)
        .execute();
    Introduction introduction =
        new Introduction(
            NOTHING, boot, word, 0, seat.hostname(), VERSION, address, new Credential("", null));
    long epoch = Sessions.take(handle, node, introduction, server);
    if (!seat.online() || another) {
      Map<String, Object> data = new HashMap<>();
      data.put("bootId", boot);
      data.put("address", address);
      data.put("agentVersion", VERSION);
      data.put("hostname", seat.hostname());
      data.put("rebooted", Boot.isAnother(seat.bootId(), boot));
      outbox.append(handle, NodeJournal.of("online", Severity.INFORMATION, node, data));
    }
    return new Seated(new Presence.Session(node, epoch), boot, word);
  }

  /** Whether no agent of ours has come to the node, and nobody has revoked it. */
  static boolean isTheirs(Handle handle, String node) {
    return handle
        .createQuery("SELECT imported AND standing = 'admitted' FROM node WHERE id = :node")
        .bind("node", node)
        .mapTo(Boolean.class)
        .findOne()
        .orElse(false);
  }
}
