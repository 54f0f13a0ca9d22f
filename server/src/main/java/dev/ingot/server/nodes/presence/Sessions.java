package dev.ingot.server.nodes.presence;

import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.Presence.Session;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The one session of each node. */
public final class Sessions {
  /** A node and its session, locked until the transaction ends. */
  public record Seat(
      String nodeId,
      NodeStanding standing,
      byte[] factsDigest,
      List<String> pastBoots,
      boolean readmitting,
      @Nullable String hostname,
      @Nullable String agentVersion,
      @Nullable String network,
      boolean isProtected,
      long epoch,
      boolean online,
      @Nullable String bootId,
      @Nullable String incarnation,
      long sessionNumber,
      @Nullable String remoteAddress) {

    /** Somebody speaks for the node, from another boot than this. */
    public boolean heldByAnotherBoot(String boot) {
      return online && !boot.equals(bootId);
    }

    public Session session() {
      return new Session(nodeId, epoch);
    }
  }

  private static final String SEAT =
      """
      SELECT n.id, n.standing, n.facts_digest, n.past_boots, n.readmit_until > now() AS readmitting,
             n.hostname, n.agent_version, n.network, n.protected, s.epoch, s.online, s.boot_id,
             s.incarnation, s.session_number, s.remote_address
      FROM node n JOIN agent_session s ON s.node = n.id
      """;

  private static final RowMapper<Seat> MAPPER =
      (row, context) ->
          new Seat(
              row.getString("id"),
              NodeStanding.of(row.getString("standing")),
              row.getBytes("facts_digest"),
              List.of((String[]) row.getArray("past_boots").getArray()),
              row.getBoolean("readmitting"),
              row.getString("hostname"),
              row.getString("agent_version"),
              row.getString("network"),
              row.getBoolean("protected"),
              row.getLong("epoch"),
              row.getBoolean("online"),
              row.getString("boot_id"),
              row.getString("incarnation"),
              row.getLong("session_number"),
              row.getString("remote_address"));

  private Sessions() {}

  /** The seat of the node that has the key. */
  public static Optional<Seat> lockByKey(Handle handle, byte[] keyHash) {
    return handle
        .createQuery(
            SEAT
                + " JOIN node_key k ON k.node = n.id WHERE k.hash = :hash"
                + " FOR NO KEY UPDATE OF n, s")
        .bind("hash", keyHash)
        .map(MAPPER)
        .findOne();
  }

  /** The seat of the node that has the key, if it last showed these same facts; else no lock. */
  public static Optional<Seat> lockUnchanged(Handle handle, byte[] keyHash, byte[] factsDigest) {
    return handle
        .createQuery(
            SEAT
                + " JOIN node_key k ON k.node = n.id WHERE k.hash = :hash"
                + " AND n.facts_digest = :digest FOR NO KEY UPDATE OF n, s")
        .bind("hash", keyHash)
        .bind("digest", factsDigest)
        .map(MAPPER)
        .findOne();
  }

  public static Optional<Seat> lock(Handle handle, String nodeId) {
    return handle
        .createQuery(SEAT + " WHERE n.id = :node FOR NO KEY UPDATE OF n, s")
        .bind("node", nodeId)
        .map(MAPPER)
        .findOne();
  }

  /** The introduction holds the node's session from now on; returns its epoch. */
  public static long take(
      Handle handle, String nodeId, Introduction introduction, ServerIdentity server) {
    return handle
        .createQuery(
            """
            UPDATE agent_session SET epoch = nextval('agent_epoch'), server = :server,
              server_incarnation = :serverIncarnation, boot_id = :boot, incarnation = :incarnation,
              session_number = :number, remote_address = :address,
              since = CASE WHEN online THEN since ELSE now() END,
              online = true, seen = now(), lost_reason = NULL
            WHERE node = :node RETURNING epoch
            """)
        .bind("node", nodeId)
        .bind("server", server.name())
        .bind("serverIncarnation", server.incarnation())
        .bind("boot", introduction.bootId())
        .bind("incarnation", introduction.agentIncarnation())
        .bind("number", introduction.sessionNumber())
        .bind("address", introduction.remoteAddress())
        .mapTo(Long.class)
        .one();
  }

  /**
   * Takes the epoch of a live session away: its agent is told the reason and comes back with
   * another hello. The node counts as online meanwhile; if nobody comes back it is lost.
   *
   * @return the session that was alive, empty when none was
   */
  public static Optional<Session> recall(Handle handle, String nodeId, String reason) {
    return handle
        .createQuery(
            """
            UPDATE agent_session s SET epoch = nextval('agent_epoch'), lost_reason = :reason
            FROM (SELECT node, epoch FROM agent_session
                  WHERE node = :node AND online FOR NO KEY UPDATE) AS before
            WHERE s.node = before.node RETURNING before.epoch
            """)
        .bind("node", nodeId)
        .bind("reason", reason)
        .mapTo(Long.class)
        .findOne()
        .map(epoch -> new Session(nodeId, epoch));
  }

  /**
   * Ends a live session: the node is not connected any more.
   *
   * @return the session that was alive, empty when none was
   */
  public static Optional<Session> end(Handle handle, String nodeId, String reason) {
    return handle
        .createQuery(
            """
            UPDATE agent_session SET online = false, since = now(), lost_reason = :reason
            WHERE node = :node AND online RETURNING epoch
            """)
        .bind("node", nodeId)
        .bind("reason", reason)
        .mapTo(Long.class)
        .findOne()
        .map(epoch -> new Session(nodeId, epoch));
  }
}
