package dev.ingot.server.vogeler;

import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.identity.ForeignNodes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Nodes by the only thing that the protocol says of them, their hostname. One that nobody knows is
 * made; it is merged into the node whose agent comes with that hostname.
 */
final class HostNodes {
  static final Principal WHO = new Principal("vogeler", Role.OPERATOR);

  private static final int AT_ONCE = 50;
  private static final String REASON = "known by its hostname alone, from Vogeler";

  private final ForeignNodes foreign;
  private final int most;

  HostNodes(Outbox outbox, Audit audit, int most) {
    this.foreign = new ForeignNodes(outbox, audit, WHO);
    this.most = most;
  }

  /** The node of a host, made if it is not there. */
  String of(Handle handle, String hostname) {
    return known(handle, hostname).orElseGet(() -> make(handle, hostname));
  }

  /** Of several with one name nobody knows which is meant. */
  private static Optional<String> known(Handle handle, String hostname) {
    List<String> found =
        handle
            .createQuery(
                """
                SELECT n.id FROM node n LEFT JOIN vogeler_node v ON v.node = n.id
                WHERE lower(n.hostname) = lower(:hostname) ORDER BY v.node IS NULL DESC, n.id LIMIT 3
                """)
            .bind("hostname", hostname)
            .mapTo(String.class)
            .list();
    long own =
        handle
            .createQuery(
                """
                SELECT count(*) FROM node n WHERE lower(n.hostname) = lower(:hostname)
                  AND NOT EXISTS (SELECT FROM vogeler_node v WHERE v.node = n.id)
                """)
            .bind("hostname", hostname)
            .mapTo(Long.class)
            .one();
    if (own > 1) {
      throw new UnreadableMessage("several nodes are called " + hostname, hostname);
    }
    return found.stream().findFirst();
  }

  private String make(Handle handle, String hostname) {
    long there = handle.createQuery("SELECT count(*) FROM vogeler_node").mapTo(Long.class).one();
    if (there >= most) {
      throw new UnreadableMessage(
          most + " nodes are known by their hostname alone (vogeler.nodes), one more is not made",
          hostname);
    }
    String id = "0f" + sha1("vogeler\n" + hostname.toLowerCase(Locale.ROOT));
    int made =
        handle
            .createUpdate(
                """
                WITH new AS (
                  INSERT INTO node (id, standing, id_reason, facts_digest, hostname)
                  VALUES (:id, 'admitted', :reason, '', :hostname)
                  ON CONFLICT DO NOTHING RETURNING id),
                session AS (
                  INSERT INTO agent_session (node, lost_reason)
                  SELECT id, 'it has no agent of ours' FROM new)
                INSERT INTO vogeler_node (node, hostname) SELECT id, :hostname FROM new
                """)
            .bind("id", id)
            .bind("reason", REASON)
            .bind("hostname", hostname)
            .execute();
    if (made > 0) {
      foreign.made(handle, id, hostname);
    }
    return id;
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** A node that is known by its hostname alone, and the one whose agent has that hostname. */
  record Same(String foreign, String own) {}

  /** Those of which there is exactly one such agent. */
  static List<Same> appeared(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT v.node AS foreign_node, min(n.id) AS own FROM vogeler_node v
            JOIN node n ON lower(n.hostname) = lower(v.hostname) AND n.id <> v.node
            WHERE n.agent_version IS NOT NULL AND n.standing = 'admitted'
              AND NOT EXISTS (SELECT FROM vogeler_node w WHERE w.node = n.id)
            GROUP BY v.node HAVING count(*) = 1 ORDER BY v.node LIMIT :most
            """)
        .bind("most", AT_ONCE)
        .map((row, _) -> new Same(row.getString("foreign_node"), row.getString("own")))
        .list();
  }

  /**
   * The one becomes an alias of the other, whose agent's session goes on: of the one nothing is
   * kept but results, and no agent speaks for it.
   */
  void merge(Handle handle, NodeRemoval features, Same same) {
    var unused = foreign.merge(handle, features, same.foreign(), same.own(), REASON);
  }
}
