package dev.ingot.server.nodes.presence;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.LongArray;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.TextArray;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatement;

/** Presence by the database's clock: one statement for any number of sessions. */
public final class DatabasePresence implements Presence {
  /** A node that was online until now. */
  record Lost(String nodeId, String reason, String lastSeen) {}

  private final Jdbi jdbi;
  private final Outbox outbox;

  public DatabasePresence(Jdbi jdbi, Outbox outbox) {
    this.jdbi = jdbi;
    this.outbox = outbox;
  }

  @Override
  public List<Over> seen(Collection<Session> sessions) {
    if (sessions.isEmpty()) {
      return List.of();
    }
    return jdbi.inTransaction(
        handle -> {
          int written =
              bind(
                      handle.createUpdate(
                          // Rows that an admission or an operator holds are being written anyway.
                          """
                          UPDATE agent_session SET seen = now()
                          FROM (SELECT s.node FROM agent_session s
                                JOIN unnest(:nodes, :epochs) AS heard (node, epoch)
                                  ON s.node = heard.node AND s.epoch = heard.epoch
                                WHERE s.online ORDER BY s.node
                                FOR NO KEY UPDATE OF s SKIP LOCKED) AS held
                          WHERE agent_session.node = held.node
                          """),
                      sessions)
                  .execute();
          return written == sessions.size() ? List.of() : over(handle, sessions);
        });
  }

  /** Those of the sessions that do not speak for their node. */
  private static List<Over> over(Handle handle, Collection<Session> sessions) {
    return bind(
            handle.createQuery(
                """
                SELECT heard.node, heard.epoch,
                       CASE WHEN s.node IS NULL THEN 'deleted'
                            WHEN s.lost_reason IS NOT NULL THEN s.lost_reason
                            ELSE 'replaced' END AS reason
                FROM unnest(:nodes, :epochs) AS heard (node, epoch)
                LEFT JOIN agent_session s ON s.node = heard.node
                WHERE s.node IS NULL OR s.epoch <> heard.epoch OR NOT s.online
                """),
            sessions)
        .map(
            (row, context) ->
                new Over(
                    new Session(row.getString("node"), row.getLong("epoch")),
                    row.getString("reason")))
        .list();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Collection<Session> sessions) {
    return statement
        .bind("nodes", new TextArray(sessions.stream().map(Session::nodeId).toList()))
        .bind("epochs", new LongArray(sessions.stream().map(Session::epoch).toList()));
  }

  @Override
  public void ended(Collection<Session> sessions, String reason) {
    jdbi.useTransaction(
        handle -> {
          List<Lost> lost =
              bind(
                      handle.createQuery(
                          // In the order of the nodes, as whoever writes several does.
                          """
                          UPDATE agent_session
                          SET online = false, since = now(), lost_reason = :reason
                          FROM (SELECT s.node FROM agent_session s
                                JOIN unnest(:nodes, :epochs) AS ended (node, epoch)
                                  ON s.node = ended.node AND s.epoch = ended.epoch
                                WHERE s.online ORDER BY s.node
                                FOR NO KEY UPDATE OF s) AS held
                          WHERE agent_session.node = held.node
                          RETURNING agent_session.node, lost_reason, seen
                          """),
                      sessions)
                  .bind("reason", reason)
                  .map((row, context) -> lost(row))
                  .list();
          tell(handle, outbox, lost);
        });
  }

  static Lost lost(ResultSet row) throws SQLException {
    return new Lost(
        row.getString("node"),
        row.getString("lost_reason"),
        String.valueOf(row.getObject("seen", OffsetDateTime.class).toInstant()));
  }

  /** Writes the event of every node that was lost. */
  static void tell(Handle handle, Outbox outbox, List<Lost> lost) {
    if (!lost.isEmpty()) {
      List<NewEvent> events = lost.stream().map(DatabasePresence::event).toList();
      outbox.appendAll(handle, events);
    }
  }

  private static NewEvent event(Lost lost) {
    Map<String, Object> data = new HashMap<>();
    data.put("reason", lost.reason());
    data.put("lastSeen", lost.lastSeen());
    return NodeJournal.of("lost", Severity.WARNING, lost.nodeId(), data);
  }
}
