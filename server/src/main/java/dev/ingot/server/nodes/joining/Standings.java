package dev.ingot.server.nodes.joining;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeReader;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.Presence.Session;
import dev.ingot.server.nodes.presence.Sessions;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What operators do about nodes: approve, revoke, readmit, delete. */
public final class Standings {
  /** What a change came to: the node as it is now, and the session that is over by it. */
  public record Changed(NodeRecord node, Optional<Over> over) {}

  private final NodeJournal journal;
  private final NodeRemoval removal;
  private final Duration readmitWindow;

  public Standings(NodeJournal journal, NodeRemoval removal, Duration readmitWindow) {
    this.journal = journal;
    this.removal = removal;
    this.readmitWindow = readmitWindow;
  }

  /** A pending node is admitted; its agent comes back as an admitted one. */
  public Changed approve(Handle handle, Principal who, String reference) {
    NodeRecord before = locked(handle, reference);
    return switch (before.standing()) {
      case ADMITTED -> new Changed(before, Optional.empty());
      case REVOKED ->
          throw Problem.conflict("node " + before.id() + " was revoked; readmit it instead");
      case PENDING -> stand(handle, who, before, NodeStanding.ADMITTED, "approved");
    };
  }

  /** The node may do nothing any more; its agent is told and cut off. */
  public Changed revoke(Handle handle, Principal who, String reference) {
    NodeRecord before = locked(handle, reference);
    return before.standing() == NodeStanding.REVOKED
        ? new Changed(before, Optional.empty())
        : stand(handle, who, before, NodeStanding.REVOKED, "revoked");
  }

  /**
   * The node is admitted, and for a while its machine may come back with another key, or with other
   * hardware and the key that it has. Conflicts about it are settled by that.
   */
  public Changed readmit(Handle handle, Principal who, String reference) {
    NodeRecord before = locked(handle, reference);
    handle
        .createUpdate(
            """
            WITH settled AS (
              UPDATE node_conflict SET resolved = now() WHERE node = :id AND resolved IS NULL)
            UPDATE node SET readmit_until = now() + :window * interval '1 millisecond'
            WHERE id = :id
            """)
        .bind("id", before.id())
        .bind("window", readmitWindow.toMillis())
        .execute();
    return stand(handle, who, before, NodeStanding.ADMITTED, "readmitted");
  }

  /** Everything of the node goes; its agent comes back only with a younger voucher. */
  public Over delete(Handle handle, Principal who, String reference) {
    NodeRecord before = locked(handle, reference);
    String id = before.id();
    Optional<Session> session = Sessions.end(handle, id, "deleted");
    removal.removing(handle, id);
    handle
        .createUpdate(
            """
            INSERT INTO retired_key (hash) SELECT hash FROM node_key WHERE node = :id
            ON CONFLICT (hash) DO UPDATE SET retired = now()
            """)
        .bind("id", id)
        .execute();
    handle.createUpdate("DELETE FROM node WHERE id = :id").bind("id", id).execute();
    journal.event(
        handle,
        "deleted",
        Severity.INFORMATION,
        id,
        Map.of("hostname", String.valueOf(before.hostname())));
    journal.wrote(handle, who, "delete", id, Json.MAPPER.valueToTree(before), null);
    return new Over(session.orElse(new Session(id, 0)), "deleted");
  }

  private Changed stand(
      Handle handle, Principal who, NodeRecord before, NodeStanding standing, String happened) {
    handle
        .createUpdate("UPDATE node SET standing = :standing, version = version + 1 WHERE id = :id")
        .bind("id", before.id())
        .bind("standing", standing.word())
        .execute();
    // A session that was opened with another standing is opened again with this one.
    Optional<Over> over =
        standing == before.standing()
            ? Optional.empty()
            : (standing == NodeStanding.REVOKED
                    ? Sessions.end(handle, before.id(), happened)
                    : Sessions.recall(handle, before.id(), happened))
                .map(session -> new Over(session, happened));
    journal.event(
        handle,
        happened,
        standing == NodeStanding.REVOKED ? Severity.WARNING : Severity.INFORMATION,
        before.id(),
        Map.of("by", who.name()));
    if (over.isPresent() && standing == NodeStanding.REVOKED) {
      journal.event(handle, "lost", Severity.WARNING, before.id(), Map.of("reason", happened));
    }
    journal.wrote(
        handle,
        who,
        switch (happened) {
          case "approved" -> "approve";
          case "revoked" -> "revoke";
          default -> "readmit";
        },
        before.id(),
        Json.MAPPER.valueToTree(Map.of("standing", before.standing().word())),
        Json.MAPPER.valueToTree(Map.of("standing", standing.word())));
    return new Changed(NodeReader.require(handle, before.id()), over);
  }

  private static NodeRecord locked(Handle handle, String reference) {
    String id = NodeReader.resolve(handle, reference);
    Sessions.lock(handle, id);
    return NodeReader.require(handle, id);
  }
}
