package dev.ingot.server.nodes.identity;

import dev.ingot.server.nodes.LongArray;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.nodes.identity.Identifier.Kind;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** What nodes are recognised by, as stored. */
public final class Identities {
  /** Why a value left a node. */
  public record Moved(Identifier identifier, String from) {}

  /** The first key of our advisory locks on identifiers, so that they meet no other feature's. */
  private static final int LOCKS = 0x6e6f6465;

  private Identities() {}

  /** Makes admissions that show a common identifier wait for each other until they commit. */
  public static void lock(Handle handle, Claim claim) {
    lock(
        handle,
        Stream.concat(
            claim.identifiers().stream().map(Identifier::spelled),
            Stream.of(claim.derivation().id().value())));
  }

  /** The same for the spelled identifiers and the computed ids of many claims. */
  public static void lock(Handle handle, Stream<String> shown) {
    List<Long> keys =
        shown
            .map(one -> (long) one.hashCode())
            // In one order, so that two claims never wait for each other.
            .distinct()
            .sorted()
            .toList();
    handle
        .createQuery(
            "SELECT count(*) FROM (SELECT pg_advisory_xact_lock(:space, k::int)"
                + " FROM unnest(:keys) AS k) AS locked")
        .bind("space", LOCKS)
        .bind("keys", new LongArray(keys))
        .mapTo(Long.class)
        .one();
  }

  /**
   * What a claim meets.
   *
   * @param claim without the values that an operator declared to be on several machines
   * @param candidates every node that has one of the values that are left, and the key's node
   */
  public record Met(Claim claim, Collection<KnownNode> candidates) {}

  /** Looks up what is known of a claim's values. */
  public static Met meet(Handle handle, Claim claim, @Nullable String keyNode) {
    Map<String, Set<Identifier>> found = new LinkedHashMap<>();
    if (keyNode != null) {
      found.put(keyNode, new HashSet<>());
    }
    Set<Identifier> shared = new HashSet<>();
    // A value that many nodes have tells nobody apart: the first eight holders show that.
    bind(
            handle
                .createQuery(
                    """
                    WITH claim AS (
                      SELECT c.kind, c.value, EXISTS (
                        SELECT FROM shared_identifier s
                        WHERE s.value = c.value AND s.kind = c.kind) AS shared
                      FROM unnest(:kinds, :values) AS c (kind, value)),
                    candidate AS (
                      SELECT holder.node
                      FROM claim CROSS JOIN LATERAL (
                        SELECT i.node FROM node_identifier i
                        WHERE i.value = claim.value AND i.kind = claim.kind
                        ORDER BY i.node LIMIT 8) AS holder
                      WHERE NOT claim.shared
                      UNION SELECT :keyNode WHERE :keyNode IS NOT NULL)
                    SELECT i.node, i.kind, i.value
                    FROM candidate JOIN node_identifier i USING (node)
                    UNION ALL SELECT NULL, kind, value FROM claim WHERE shared
                    """)
                .bind("keyNode", keyNode),
            claim.identifiers())
        .map(
            (row, context) -> {
              Identifier identifier = identifier(row.getString("kind"), row.getString("value"));
              String node = row.getString("node");
              return node == null
                  ? shared.add(identifier)
                  : found.computeIfAbsent(node, any -> new HashSet<>()).add(identifier);
            })
        .list();
    return new Met(
        claim.without(shared),
        found.entrySet().stream()
            .map(entry -> new KnownNode(entry.getKey(), entry.getValue()))
            .toList());
  }

  /**
   * The node shows these values now. Of each kind that it shows it keeps no other, but MACs: a port
   * whose driver is not loaded is not gone.
   *
   * @return values that came to it from nodes that are not connected
   */
  public static List<Moved> learn(Handle handle, String nodeId, Claim claim, String origin) {
    bind(
            handle
                .createUpdate(
                    """
                    DELETE FROM node_identifier i WHERE i.node = :node AND i.kind <> 'mac'
                    AND i.kind = ANY (:kinds)
                    AND NOT EXISTS (SELECT FROM unnest(:kinds, :values) AS claim (kind, value)
                                    WHERE claim.kind = i.kind AND claim.value = i.value)
                    """)
                .bind("node", nodeId),
            claim.identifiers())
        .execute();
    return bind(
            handle
                .createQuery(
                    """
                    WITH claim AS (SELECT * FROM unnest(:kinds, :values) AS c (kind, value)),
                    new AS (
                      INSERT INTO node_identifier (kind, value, node, origin)
                      SELECT kind, value, :node, :origin FROM claim
                      ON CONFLICT DO NOTHING RETURNING kind, value),
                    moved AS (
                      DELETE FROM node_identifier i USING new, agent_session s
                      WHERE i.kind = new.kind AND i.value = new.value AND i.node <> :node
                      AND i.kind IN ('uuid', 'system-serial', 'board-serial', 'mac')
                      AND s.node = i.node AND NOT s.online
                      RETURNING i.kind, i.value, i.node)
                    SELECT * FROM moved
                    """)
                .bind("node", nodeId)
                .bind("origin", origin),
            claim.identifiers())
        .map(
            (row, context) ->
                new Moved(
                    identifier(row.getString("kind"), row.getString("value")),
                    row.getString("node")))
        .list();
  }

  /** The computed id is this node from now on, if it is nobody's. */
  public static boolean alias(Handle handle, String nodeId, String alias, String reason) {
    return handle
            .createUpdate(
                """
                INSERT INTO node_alias (alias, node, reason)
                SELECT :alias, :node, :reason
                WHERE NOT EXISTS (SELECT FROM node WHERE id = :alias)
                ON CONFLICT DO NOTHING
                """)
            .bind("alias", alias)
            .bind("node", nodeId)
            .bind("reason", reason)
            .execute()
        > 0;
  }

  /** The identifiers as two parallel arrays {@code :kinds} and {@code :values}. */
  public static <S extends SqlStatement<S>> S bind(
      S statement, Collection<Identifier> identifiers) {
    return statement
        .bind("kinds", new TextArray(identifiers.stream().map(one -> one.kind().word()).toList()))
        .bind("values", new TextArray(identifiers.stream().map(Identifier::value).toList()));
  }

  private static Identifier identifier(String kind, String value) {
    return new Identifier(Kind.of(kind), value);
  }
}
