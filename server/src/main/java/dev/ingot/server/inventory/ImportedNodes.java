package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Nodes of which somebody knows something before their agent has come. */
record ImportedNodes(Outbox outbox, Audit audit) {
  /** Makes those that there are not yet; returns them. */
  Set<String> make(Handle handle, Principal who, Collection<String> ids) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    List<String> made =
        handle
            .createQuery(
                """
                WITH new AS (
                  INSERT INTO node (id, standing, id_reason, facts_digest, imported)
                  SELECT id, 'admitted', 'imported by ' || :who, '', true
                  FROM unnest(:ids) AS sent (id)
                  WHERE NOT EXISTS (SELECT FROM node_alias WHERE alias = id)
                  ON CONFLICT DO NOTHING RETURNING id),
                session AS (
                  INSERT INTO agent_session (node, lost_reason)
                  SELECT id, 'its agent has not come yet' FROM new)
                SELECT id FROM new ORDER BY id
                """)
            .bind("who", who.name())
            .bind("ids", SqlArray.texts(new TreeSet<>(ids)))
            .mapTo(String.class)
            .list();
    outbox.appendAll(
        handle,
        made.stream()
            .map(
                id ->
                    new NewEvent(
                        "node",
                        "imported",
                        Severity.INFORMATION,
                        id,
                        id,
                        Json.MAPPER.valueToTree(Map.of("by", who.name()))))
            .toList());
    made.forEach(id -> audit.record(handle, who, "node.import", "node:" + id, null, null));
    return Set.copyOf(made);
  }
}
