package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.DocumentTables.Stored;
import dev.ingot.server.inventory.facet.FacetSource;
import dev.ingot.server.problem.Problem;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The statements that write documents: new ones whole; of those that there are the sections that
 * are others now, and the facet if they may have made it another. To read a document that is sent
 * costs the database more than everything else that is done to it.
 */
final class DocumentRows {
  private static final String INSERT =
      """
      INSERT INTO inventory (node, doc, facet, facet_generation, revision, changes, changed, vendor, model,
        serial, cpu_model, cpu_cores, memory_bytes, disk_bytes)
      SELECT node, doc::jsonb, facet::jsonb, :generation, revision, number, clock_timestamp(),
        vendor, model, serial, cpu_model, cpu_cores, memory_bytes, disk_bytes
      FROM unnest(:nodes, :docs, :facets, :revisions, :numbers, :vendors, :models, :serials,
        :cpuModels, :cpuCores, :memory, :disks)
        AS sent (node, doc, facet, revision, number, vendor, model, serial, cpu_model, cpu_cores,
          memory_bytes, disk_bytes)
      RETURNING node, changed, 0 AS size
      """;

  private static final String UPDATE =
      """
      UPDATE inventory AS kept SET
        doc = CASE WHEN sent.gone IS NULL THEN kept.doc
          ELSE kept.doc - string_to_array(sent.gone, chr(31)) END || sent.doc::jsonb,
        facet = coalesce(sent.facet::jsonb, kept.facet),
        facet_generation = CASE WHEN sent.facet IS NULL THEN kept.facet_generation
          ELSE :generation END,
        revision = sent.revision, changes = sent.number,
        changed = CASE WHEN sent.change
          THEN greatest(clock_timestamp(), kept.changed + interval '1 microsecond')
          ELSE kept.changed END,
        vendor = sent.vendor, model = sent.model, serial = sent.serial,
        cpu_model = sent.cpu_model, cpu_cores = sent.cpu_cores,
        memory_bytes = sent.memory_bytes, disk_bytes = sent.disk_bytes
      FROM unnest(:nodes, :docs, :gone, :facets, :revisions, :numbers, :changes, :vendors, :models,
        :serials, :cpuModels, :cpuCores, :memory, :disks)
        AS sent (node, doc, gone, facet, revision, number, change, vendor, model, serial,
          cpu_model, cpu_cores, memory_bytes, disk_bytes)
      WHERE kept.node = sent.node
      RETURNING kept.node, kept.changed, pg_column_size(kept.doc) AS size
      """;

  private DocumentRows() {}

  /** Writes them; each is told when its document changed last. */
  static void write(Handle handle, FacetSource.Written declared, List<NodeUpdate> updates) {
    List<NodeUpdate> fresh = updates.stream().filter(update -> update.stored() == null).toList();
    List<NodeUpdate> known = updates.stream().filter(update -> update.stored() != null).toList();
    if (!fresh.isEmpty()) {
      fresh.forEach(DocumentRows::checkSize);
      Query insert = handle.createQuery(INSERT);
      insert
          .bind("docs", SqlArray.texts(fresh, NodeUpdate::text))
          .bind("facets", SqlArray.texts(fresh, update -> facet(update, declared)));
      run(insert, declared, fresh);
    }
    if (!known.isEmpty()) {
      Query update = handle.createQuery(UPDATE);
      update
          .bind("docs", SqlArray.texts(known, NodeUpdate::servedText))
          .bind("gone", SqlArray.texts(known, DocumentRows::gone))
          .bind(
              "facets",
              SqlArray.texts(
                  known, one -> isFacetKept(one, declared) ? null : facet(one, declared)))
          .bind("changes", SqlArray.booleans(known, NodeUpdate::isChange));
      run(update, declared, known);
    }
  }

  private static void run(Query query, FacetSource.Written declared, List<NodeUpdate> updates) {
    List<Summary> summaries =
        updates.stream().map(update -> Summary.of(update.document())).toList();
    Map<String, NodeUpdate> byNode = new HashMap<>();
    updates.forEach(update -> byNode.put(update.nodeId, update));
    query
        .bind("nodes", SqlArray.texts(updates, update -> update.nodeId))
        .bind("generation", declared.generation())
        .bind("revisions", SqlArray.longs(updates, NodeUpdate::revision))
        .bind("numbers", SqlArray.longs(updates, NodeUpdate::number))
        .bind("vendors", SqlArray.texts(summaries, Summary::vendor))
        .bind("models", SqlArray.texts(summaries, Summary::model))
        .bind("serials", SqlArray.texts(summaries, Summary::serial))
        .bind("cpuModels", SqlArray.texts(summaries, Summary::cpuModel))
        .bind("cpuCores", SqlArray.integers(summaries, Summary::cpuCores))
        .bind("memory", SqlArray.longs(summaries, Summary::memoryBytes))
        .bind("disks", SqlArray.longs(summaries, Summary::diskBytes))
        .map(
            (row, _) ->
                new Done(
                    row.getString("node"),
                    row.getObject("changed", OffsetDateTime.class).toInstant(),
                    row.getLong("size")))
        .forEach(
            done -> {
              NodeUpdate update = byNode.get(done.node);
              if (update != null) {
                told(update, done);
              }
            });
  }

  private record Done(String node, Instant changed, long size) {}

  private static void told(NodeUpdate update, Done done) {
    if (update.isChange()) {
      update.changed(done.changed);
    }
    // As the database holds it, which is not less than half of the text.
    if (done.size > ImportStore.LARGEST_DOCUMENT / 2) {
      checkSize(update);
    }
  }

  /** An import that would make a document too large to be handled is refused; a machine is not. */
  private static void checkSize(NodeUpdate update) {
    if (!update.source.observed() && update.text().length() > ImportStore.LARGEST_DOCUMENT) {
      throw Problem.tooLarge(
          "the document of node "
              + update.nodeId
              + " would be larger than "
              + (ImportStore.LARGEST_DOCUMENT >> 20)
              + " MiB");
    }
  }

  private static boolean isFacetKept(NodeUpdate update, FacetSource.Written declared) {
    Stored stored = update.stored();
    return stored != null
        && stored.facetGeneration() == declared.generation()
        && !declared.facets().areReachedBy(update.servedAnew());
  }

  private static String facet(NodeUpdate update, FacetSource.Written declared) {
    return Json.write(declared.facets().of(update.document()));
  }

  /** Sections that are served no longer; null for none. */
  private static @Nullable String gone(NodeUpdate update) {
    List<String> gone =
        update.servedAnew().stream().filter(name -> !update.document().has(name)).toList();
    return gone.isEmpty() ? null : String.join("\u001f", gone);
  }
}
