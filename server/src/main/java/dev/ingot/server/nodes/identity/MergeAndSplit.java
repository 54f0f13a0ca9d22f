package dev.ingot.server.nodes.identity;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeReader;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.presence.Sessions;
import dev.ingot.server.nodes.presence.Sessions.Seat;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What operators do about identities: two nodes are one machine, or one is two. */
public final class MergeAndSplit {
  /**
   * What came of it.
   *
   * @param node the node that was merged into, or that was split off
   * @param over the sessions that are over by it
   */
  public record Done(NodeRecord node, List<Over> over) {}

  private final NodeJournal journal;
  private final NodeRemoval removal;

  public MergeAndSplit(NodeJournal journal, NodeRemoval removal) {
    this.journal = journal;
    this.removal = removal;
  }

  /** Two nodes are one machine: the first becomes an alias of the second. */
  public Done merge(Handle handle, Principal who, String fromReference, String intoReference) {
    String from = resolve(handle, "from", fromReference);
    String into = resolve(handle, "into", intoReference);
    if (from.equals(into)) {
      throw Problem.invalid("into", "is the same node as from: " + into);
    }
    // One order, so that two merges never wait for each other.
    List<Seat> seats =
        Stream.of(from, into).sorted().map(id -> Sessions.lock(handle, id).orElseThrow()).toList();
    if (seats.stream().allMatch(Seat::online)
        && !Objects.equals(seats.getFirst().bootId(), seats.getLast().bootId())) {
      throw Problem.conflict(
          "nodes "
              + from
              + " and "
              + into
              + " are both connected from different boots: they are"
              + " two machines");
    }
    NodeRecord before = NodeReader.require(handle, from);
    removal.merging(handle, from, into);
    Optional<Over> recalledFrom = recall(handle, from, "merged");
    Optional<Over> recalledInto = recall(handle, into, "merged");
    move(handle, from, into);
    journal.event(handle, "merged", Severity.INFORMATION, into, Map.of("from", from));
    NodeRecord after = NodeReader.require(handle, into);
    journal.wrote(
        handle,
        who,
        "merge",
        into,
        Json.MAPPER.valueToTree(before),
        Json.MAPPER.valueToTree(after));
    return new Done(
        after, Stream.of(recalledFrom, recalledInto).flatMap(Optional::stream).toList());
  }

  private static void move(Handle handle, String from, String into) {
    for (String statement :
        List.of(
            """
            INSERT INTO node_identifier (kind, value, node, origin, first_seen)
            SELECT kind, value, :into, origin, first_seen FROM node_identifier WHERE node = :from
            ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO node_address (value, node, kind)
            SELECT value, :into, kind FROM node_address WHERE node = :from ON CONFLICT DO NOTHING
            """,
            "UPDATE node_key SET node = :into WHERE node = :from",
            "UPDATE node_alias SET node = :into WHERE node = :from",
            """
            UPDATE node n SET facts_digest = '', version = n.version + 1,
              first_seen = least(n.first_seen, f.first_seen),
              protected = n.protected OR f.protected,
              site = coalesce(n.site, f.site), rack = coalesce(n.rack, f.rack),
              unit = coalesce(n.unit, f.unit),
              tags = ARRAY (SELECT DISTINCT t FROM unnest(n.tags || f.tags) AS t ORDER BY t LIMIT 64)
            FROM node f WHERE n.id = :into AND f.id = :from
            """,
            "DELETE FROM node WHERE id = :from",
            "INSERT INTO node_alias (alias, node, reason) VALUES (:from, :into, 'merged')")) {
      var update = handle.createUpdate(statement).bind("from", from);
      if (statement.contains(":into")) {
        update.bind("into", into);
      }
      update.execute();
    }
  }

  /** The alias that the text is, or the only one that begins with it. */
  private static String alias(NodeRecord node, String reference) {
    List<String> meant =
        node.aliases().stream().filter(alias -> alias.startsWith(reference)).toList();
    if (node.aliases().contains(reference)) {
      return reference;
    }
    if (meant.size() == 1 && !reference.isEmpty()) {
      return meant.getFirst();
    }
    throw Problem.invalid(
        "alias",
        node.aliases().isEmpty()
            ? "node " + node.id() + " has no aliases"
            : "must be one alias of node " + node.id() + ": " + String.join(", ", node.aliases()));
  }

  /** One node is two machines: an alias, with what came with it, is a node of its own again. */
  public Done splitAlias(Handle handle, Principal who, String reference, String aliasReference) {
    String id = NodeReader.resolve(handle, reference);
    Sessions.lock(handle, id);
    NodeRecord before = NodeReader.require(handle, id);
    String alias = alias(before, aliasReference.strip());
    Optional<Over> over = recall(handle, id, "split");
    for (String statement :
        List.of(
            "DELETE FROM node_alias WHERE alias = :alias AND node = :id",
            """
            INSERT INTO node (id, standing, id_reason, facts_digest)
            SELECT :alias, standing, 'split from ' || :id, '' FROM node WHERE id = :id
            """,
            "INSERT INTO agent_session (node) SELECT :alias WHERE :id <> ''",
            "UPDATE node_identifier SET node = :alias WHERE node = :id AND origin = :alias",
            "UPDATE node_key SET node = :alias WHERE node = :id AND origin = :alias",
            """
            UPDATE node SET facts_digest = '', version = version + 1
            WHERE id = :id AND :alias <> ''
            """)) {
      handle.createUpdate(statement).bind("id", id).bind("alias", alias).execute();
    }
    return split(handle, who, before, over, Map.of("alias", alias), alias);
  }

  /**
   * Two machines claim one node by values that a vendor gave to both: those identify nobody from
   * now on. The node keeps its id; the other machine gets one when it next comes.
   *
   * @param conflict null for the only open one
   */
  public Done splitConflict(
      Handle handle, Principal who, String reference, @Nullable Long conflict) {
    String id = NodeReader.resolve(handle, reference);
    Sessions.lock(handle, id);
    NodeRecord before = NodeReader.require(handle, id);
    long chosen = chosen(handle, id, conflict);
    List<Identifier> shared =
        handle
            .createQuery(
                """
                WITH claimed AS (
                  SELECT kind, value FROM node_conflict c,
                    jsonb_each(c.claimant -> 'identifiers') AS k (kind, list),
                    jsonb_array_elements_text(k.list) AS v (value)
                  WHERE c.id = :conflict AND kind <> 'install'),
                both_have AS (
                  SELECT kind, value FROM claimed
                  JOIN node_identifier i USING (kind, value) WHERE i.node = :id),
                apart AS (
                  SELECT EXISTS (SELECT kind, value FROM claimed
                                 EXCEPT SELECT kind, value FROM both_have) AS any_left),
                declared AS (
                  INSERT INTO shared_identifier (kind, value)
                  SELECT kind, value FROM both_have, apart WHERE any_left
                  ON CONFLICT DO NOTHING)
                SELECT kind, value FROM both_have, apart WHERE any_left
                """)
            .bind("id", id)
            .bind("conflict", chosen)
            .map(
                (row, context) ->
                    new Identifier(
                        Identifier.Kind.of(row.getString("kind")), row.getString("value")))
            .list();
    if (shared.isEmpty()) {
      throw Problem.conflict(
          "the machines of conflict "
              + chosen
              + " have no value in common that could be set aside, or nothing else that tells them"
              + " apart; delete the key of the one that is a copy and give it another UUID");
    }
    handle
        .createUpdate("UPDATE node_conflict SET resolved = now() WHERE id = :conflict")
        .bind("conflict", chosen)
        .execute();
    // Else the node would go on by its unchanged facts, without looking at what is left of them.
    handle
        .createUpdate("UPDATE node SET facts_digest = '', version = version + 1 WHERE id = :id")
        .bind("id", id)
        .execute();
    return split(
        handle, who, before, Optional.empty(), Map.of("conflict", chosen, "shared", shared), id);
  }

  private static long chosen(Handle handle, String id, @Nullable Long conflict) {
    List<Long> open =
        handle
            .createQuery(
                """
                SELECT id FROM node_conflict
                WHERE node = :id AND resolved IS NULL AND confirmed IS NOT NULL ORDER BY id
                """)
            .bind("id", id)
            .mapTo(Long.class)
            .list();
    if (conflict != null && open.contains(conflict)) {
      return conflict;
    }
    if (conflict == null && open.size() == 1) {
      return open.getFirst();
    }
    String known =
        open.isEmpty()
            ? "node " + id + " has no open conflict"
            : "must be an open conflict of node "
                + id
                + ": "
                + Problem.oneOf(open.stream().map(String::valueOf).toList());
    throw Problem.invalid("conflict", known);
  }

  private Done split(
      Handle handle,
      Principal who,
      NodeRecord before,
      Optional<Over> over,
      Map<String, ?> how,
      String result) {
    journal.event(handle, "split", Severity.WARNING, before.id(), how);
    journal.wrote(
        handle,
        who,
        "split",
        before.id(),
        Json.MAPPER.valueToTree(before),
        Json.MAPPER.valueToTree(how));
    return new Done(NodeReader.require(handle, result), over.stream().toList());
  }

  private static String resolve(Handle handle, String field, String reference) {
    try {
      return NodeReader.resolve(handle, reference);
    } catch (Problem e) {
      throw new Problem(e.kind(), e.detail(), field, e);
    }
  }

  private static Optional<Over> recall(Handle handle, String id, String reason) {
    return Sessions.recall(handle, id, reason).map(session -> new Over(session, reason));
  }
}
