package dev.ingot.server.ur;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.server.nodes.TextArray;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Agents of Ur, by what they call themselves. */
final class AgentTable {
  private static final String COLUMNS =
      "SELECT name, node, boot_id, incarnation, answers FROM ur_agent ";

  private static final RowMapper<Known> MAPPER =
      (row, _) ->
          new Known(
              row.getString("name"),
              row.getString("node"),
              row.getString("boot_id"),
              row.getString("incarnation"),
              row.getBoolean("answers"));

  private AgentTable() {}

  static Optional<Known> find(Handle handle, String name) {
    return handle
        .createQuery(COLUMNS + "WHERE name = :name")
        .bind("name", name)
        .map(MAPPER)
        .findOne();
  }

  /** Another name of the same machine, by its UUID or the address of a port. */
  static Optional<Known> same(Handle handle, IdentityFacts facts) {
    return handle
        .createQuery(
            COLUMNS
                + "WHERE uuid = :uuid OR (uuid IS NULL OR :uuid IS NULL) AND macs && :macs"
                + " ORDER BY heard DESC, name LIMIT 1")
        .bind("uuid", uuid(facts))
        .bind("macs", new TextArray(macs(facts)))
        .map(MAPPER)
        .findOne();
  }

  private static @Nullable String uuid(IdentityFacts facts) {
    String uuid = facts.productUuid();
    return uuid == null ? null : uuid.toLowerCase(Locale.ROOT);
  }

  private static List<String> macs(IdentityFacts facts) {
    return facts.ports().stream().map(IdentityFacts.Port::address).distinct().toList();
  }

  static void write(Handle handle, Known known, IdentityFacts facts, boolean whole) {
    handle
        .createUpdate(
            """
            INSERT INTO ur_agent AS a (name, node, facts, uuid, macs, boot_id, incarnation, answers)
            VALUES (:name, :node, :facts::jsonb, :uuid, :macs, :boot, :incarnation, :answers)
            ON CONFLICT (name) DO UPDATE SET node = excluded.node,
              facts = CASE WHEN :whole THEN excluded.facts ELSE a.facts END,
              uuid = CASE WHEN :whole THEN excluded.uuid ELSE a.uuid END,
              macs = CASE WHEN :whole THEN excluded.macs ELSE a.macs END,
              boot_id = excluded.boot_id, incarnation = excluded.incarnation,
              answers = excluded.answers, heard = now()
            """)
        .bind("name", known.name())
        .bind("node", known.node())
        .bind("facts", Json.write(facts))
        .bind("uuid", uuid(facts))
        .bind("macs", new TextArray(macs(facts)))
        .bind("boot", known.bootId())
        .bind("incarnation", known.incarnation())
        .bind("answers", known.answers())
        .bind("whole", whole)
        .execute();
  }

  static void answers(Handle handle, String node) {
    handle
        .createUpdate("UPDATE ur_agent SET answers = true WHERE node = :node AND NOT answers")
        .bind("node", node)
        .execute();
  }

  static long nodes(Handle handle) {
    return handle.createQuery("SELECT count(DISTINCT node) FROM ur_agent").mapTo(Long.class).one();
  }

  static void forget(Handle handle, String node) {
    handle.createUpdate("DELETE FROM ur_agent WHERE node = :node").bind("node", node).execute();
  }

  /** Those that were there when this server, or the one before it, last looked. */
  static List<Known> present(Handle handle, int most) {
    return handle
        .createQuery(
            """
            SELECT DISTINCT ON (a.node) a.name, a.node, a.boot_id, a.incarnation, a.answers
            FROM ur_agent a JOIN agent_session s ON s.node = a.node
            WHERE s.online OR EXISTS (SELECT FROM ur_request r WHERE r.node = a.node)
            ORDER BY a.node, a.heard DESC LIMIT :most
            """)
        .bind("most", most)
        .map(MAPPER)
        .list();
  }

  /** A node of Ur's, and what is known of it. */
  record Unmerged(String node, IdentityFacts facts) {}

  /** Those of which an agent of ours has shown a value. */
  static List<Unmerged> suspects(Handle handle, int most) {
    return handle
        .createQuery(
            """
            SELECT a.node, a.facts::text AS facts FROM ur_agent a
            WHERE EXISTS (SELECT FROM node_identifier i WHERE i.node <> a.node
                          AND (i.kind = 'mac' AND i.value = ANY(a.macs)
                               OR i.kind = 'uuid' AND i.value = upper(a.uuid)))
            ORDER BY a.node LIMIT :most
            """)
        .bind("most", most)
        .map(
            (row, _) ->
                new Unmerged(
                    row.getString("node"),
                    Json.MAPPER.readValue(row.getString("facts"), IdentityFacts.class)))
        .list();
  }
}
