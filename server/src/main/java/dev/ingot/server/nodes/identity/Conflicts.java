package dev.ingot.server.nodes.identity;

import dev.ingot.core.Json;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeJournal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Two machines that claim one node: both named, neither overwrites the other. */
public final class Conflicts {
  /**
   * A conflict as it is shown.
   *
   * @param holder who has the session: bootId, address, hostname, since, online
   * @param claimant who was turned away: bootId, address, hostname, identifiers
   * @param confirmed when both were found alive
   */
  public record Conflict(
      long id,
      String nodeId,
      String reason,
      JsonNode holder,
      JsonNode claimant,
      Instant confirmed,
      Instant lastSeen,
      @Nullable Instant resolved) {}

  /**
   * A session may look alive for so long after its machine is gone. A claimant that comes again
   * later, while the holder still answers, is a second machine.
   */
  static final int ONE_MACHINE_SECONDS = 30;

  private final NodeJournal journal;

  public Conflicts(NodeJournal journal) {
    this.journal = journal;
  }

  /**
   * Somebody claims the node of a live session. Whether that is its own machine, booted anew, or a
   * second one shows when it comes again.
   *
   * @return whether both are alive, as far as can be known
   */
  public boolean suspect(Handle handle, String nodeId, Claim claim, Introduction claimant) {
    return note(
        handle,
        nodeId,
        claim,
        claimant,
        "another machine, or another boot of it, claims the node while its session is alive",
        """
        CASE WHEN c.first_seen < now() - %d * interval '1 second'
               AND c.last_seen > now() - interval '5 minutes'
               AND (SELECT s.online AND s.since < c.first_seen
                    FROM agent_session s WHERE s.node = c.node)
             THEN now() END
        """
            .formatted(ONE_MACHINE_SECONDS),
        false);
  }

  /** Two machines claim the node, and that is sure. */
  public void found(
      Handle handle, String nodeId, Claim claim, Introduction claimant, String reason) {
    note(handle, nodeId, claim, claimant, reason, "now()", true);
  }

  /**
   * Conflicts by id, after the given one.
   *
   * @param open only those that are not settled
   */
  public static List<Conflict> list(Handle handle, boolean open, long after, int limit) {
    return handle
        .createQuery(
            """
            SELECT id, node, reason, holder::text AS holder, claimant::text AS claimant, confirmed,
                   last_seen, resolved
            FROM node_conflict
            WHERE id > :after AND confirmed IS NOT NULL AND (resolved IS NULL OR NOT :open)
            ORDER BY id LIMIT :limit
            """)
        .bind("after", after)
        .bind("open", open)
        .bind("limit", limit)
        .map(
            (row, context) -> {
              OffsetDateTime resolved = row.getObject("resolved", OffsetDateTime.class);
              return new Conflict(
                  row.getLong("id"),
                  row.getString("node"),
                  row.getString("reason"),
                  Json.read(row.getString("holder")),
                  Json.read(row.getString("claimant")),
                  row.getObject("confirmed", OffsetDateTime.class).toInstant(),
                  row.getObject("last_seen", OffsetDateTime.class).toInstant(),
                  resolved == null ? null : resolved.toInstant());
            })
        .list();
  }

  /** The claimant was let in: it is the node's machine. */
  public static void settled(Handle handle, String nodeId, Claim claim) {
    handle
        .createUpdate(
            """
            WITH doubt AS (
              DELETE FROM node_conflict
              WHERE node = :node AND rival = :rival AND confirmed IS NULL)
            UPDATE node_conflict SET resolved = now()
            WHERE node = :node AND rival = :rival AND confirmed IS NOT NULL AND resolved IS NULL
            """)
        .bind("node", nodeId)
        .bind("rival", claim.digest())
        .execute();
  }

  private boolean note(
      Handle handle,
      String nodeId,
      Claim claim,
      Introduction claimant,
      String reason,
      String confirmation,
      boolean sure) {
    Map<String, Object> row =
        handle
            .createQuery(
                """
                INSERT INTO node_conflict AS c (node, rival, reason, holder, claimant, confirmed)
                SELECT :node, :rival, :reason,
                  jsonb_build_object('bootId', s.boot_id, 'address', s.remote_address,
                    'hostname', n.hostname, 'since', s.since, 'online', s.online),
                  :claimant::jsonb, CASE WHEN :sure THEN now() END
                FROM node n JOIN agent_session s ON s.node = n.id WHERE n.id = :node
                ON CONFLICT (node, rival) WHERE resolved IS NULL DO UPDATE SET
                  first_seen = CASE WHEN c.confirmed IS NULL
                                     AND c.last_seen < now() - interval '5 minutes'
                               THEN now() ELSE c.first_seen END,
                  last_seen = now(), holder = excluded.holder, claimant = excluded.claimant,
                  reason = CASE WHEN :sure THEN excluded.reason ELSE c.reason END,
                  confirmed = coalesce(c.confirmed, %s)
                RETURNING id, reason, holder::text AS holder, claimant::text AS claimant,
                  confirmed IS NOT NULL AS sure, confirmed = now() AS new
                """
                    .formatted(confirmation))
            .bind("node", nodeId)
            .bind("rival", claim.digest())
            .bind("reason", reason)
            .bind("claimant", Json.write(describe(claim, claimant)))
            .bind("sure", sure)
            .mapToMap()
            .one();
    if (Boolean.TRUE.equals(row.get("new"))) {
      Map<String, Object> data = new HashMap<>();
      data.put("conflict", row.get("id"));
      data.put("reason", row.get("reason"));
      data.put("holder", Json.read(String.valueOf(row.get("holder"))));
      data.put("claimant", Json.read(String.valueOf(row.get("claimant"))));
      journal.event(handle, "conflict", Severity.CRITICAL, nodeId, data);
    }
    return Boolean.TRUE.equals(row.get("sure"));
  }

  private static Map<String, Object> describe(Claim claim, Introduction claimant) {
    Map<String, List<String>> facts =
        claim.identifiers().stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.kind().word(),
                    Collectors.mapping(Identifier::value, Collectors.toList())));
    Map<String, Object> all = new HashMap<>();
    all.put("bootId", claimant.bootId());
    all.put("address", claimant.remoteAddress());
    all.put("hostname", claimant.hostname());
    all.put("identifiers", facts);
    return all;
  }
}
