package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.inventory.InventoryWriter.Report;
import dev.ingot.server.inventory.Source;
import dev.ingot.server.nodes.NodeOperations;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.nodes.identity.ForeignNodes;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Documents of Mercury's agents, into the inventory, as its source {@code mercury}. A node that
 * nobody knows is made, as if somebody had imported it.
 */
final class ForeignDocuments {
  private static final String REASON = "said an agent of Mercury, which proves nothing";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Jdbi jdbi;
  private final InventoryWriter writer;
  private final NodeOperations operations;
  private final ForeignNodes foreign;
  private final InstantSource clock;
  private final int most;

  ForeignDocuments(
      Jdbi jdbi,
      InventoryWriter writer,
      Nodes nodes,
      Outbox outbox,
      Audit audit,
      int most,
      InstantSource clock) {
    this.jdbi = jdbi;
    this.writer = writer;
    this.operations = nodes.operations();
    this.foreign = new ForeignNodes(outbox, audit, Mercury.WHO);
    this.clock = clock;
    this.most = most;
  }

  /** Stores a whole document; returns its node when that is done. */
  String store(ObjectNode device) {
    String id = MercuryDocument.id(device);
    List<Section> sections = MercuryDocument.sections(MercuryDocument.merged(device, known(id)));
    String node = jdbi.inTransaction(handle -> node(handle, id, MercuryDocument.hostname(device)));
    write(node, sections);
    return node;
  }

  /**
   * Stores some sections of a node that is known; returns the node.
   *
   * @throws Refused if it is not
   */
  String update(String said, ObjectNode update) {
    String id = MercuryDocument.id(said);
    if (update.has("mercury_id")) {
      throw new Refused("mercury_id cannot be changed");
    }
    String node =
        jdbi.withHandle(handle -> find(handle, id))
            .orElseThrow(() -> new Refused("mercury_id " + id + " does not exist"));
    ObjectNode whole = PathUpdate.expanded(update, section -> known(node, section));
    write(node, MercuryDocument.sections(MercuryDocument.merged(whole, known(node))));
    return node;
  }

  private void write(String node, List<Section> sections) {
    if (sections.isEmpty()) {
      return;
    }
    // The order in which they came, over restarts too; the epoch is an agent's of ours.
    long sequence =
        jdbi.withHandle(
            handle ->
                handle.createQuery("SELECT nextval('mercury_sequence')").mapTo(Long.class).one());
    List<Report> reports =
        sections.stream().map(section -> new Report(section, sequence, clock.instant())).toList();
    writer.store(List.of(new NodeReports(node, 0, "mercury", reports, Source.MERCURY)));
  }

  /** The interfaces that Mercury said last. */
  private ArrayNode known(String node) {
    return known(node, "interfaces") instanceof ArrayNode interfaces
        ? interfaces
        : NODES.arrayNode();
  }

  /** What Mercury said last of a section; null if it said nothing. */
  private @Nullable JsonNode known(String node, String section) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT coalesce(s.content, i.doc -> s.name)::text
                        FROM inventory_section s JOIN inventory i ON i.node = s.node
                        WHERE s.node = :node AND s.name = :section AND s.source = 'mercury'
                        """)
                    .bind("node", node)
                    .bind("section", section)
                    .mapTo(String.class)
                    .findOne())
        .map(Json::read)
        .orElse(null);
  }

  private static Optional<String> find(Handle handle, String id) {
    return handle
        .createQuery(
            """
            SELECT id FROM node WHERE id = :id
            UNION ALL SELECT node FROM node_alias WHERE alias = :id LIMIT 1
            """)
        .bind("id", id)
        .mapTo(String.class)
        .findOne();
  }

  /** The node, made if it is not there. */
  String node(Handle handle, String id, @Nullable String hostname) {
    Optional<String> found = find(handle, id);
    if (found.isPresent()) {
      return found.get();
    }
    long there = handle.createQuery("SELECT count(*) FROM mercury_agent").mapTo(Long.class).one();
    if (there >= most) {
      throw new Refused(
          most + " nodes are known by Mercury alone (mercury.nodes), one more is not made");
    }
    int made =
        handle
            .createUpdate(
                """
                WITH new AS (
                  INSERT INTO node (id, standing, id_reason, facts_digest, hostname, imported)
                  VALUES (:id, 'admitted', :reason, '', :hostname, true)
                  ON CONFLICT DO NOTHING RETURNING id),
                session AS (
                  INSERT INTO agent_session (node, lost_reason)
                  SELECT id, 'it has no agent of ours' FROM new)
                INSERT INTO mercury_agent (node, info, active) SELECT id, '{}', false FROM new
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

  /**
   * Deletes a node that Mercury alone knows.
   *
   * @throws Refused if it is none
   */
  void delete(String said) {
    String id = MercuryDocument.id(said);
    jdbi.useTransaction(
        handle -> {
          boolean imported =
              handle
                  .createQuery("SELECT imported FROM node WHERE id = :id FOR UPDATE")
                  .bind("id", id)
                  .mapTo(Boolean.class)
                  .findOne()
                  .orElseThrow(() -> new Refused("mercury_id " + id + " does not exist"));
          if (!imported) {
            throw new Refused(
                "node " + id + " has an agent of Ingot; it is deleted by ingot nodes delete");
          }
          operations.standings().delete(handle, Mercury.WHO, id);
        });
  }
}
