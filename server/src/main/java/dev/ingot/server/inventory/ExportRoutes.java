package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.target.Target;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /api/v1/inventory/export}: all documents, or those of a target, as JSON lines in the order
 * of the nodes' ids. All are of one moment: one transaction with one snapshot reads them, page by
 * page.
 */
final class ExportRoutes implements Routes {
  private static final int PAGE = 100;
  private static final int AT_ONCE = 2;

  private final Jdbi jdbi;
  private final Queries queries;
  private final TargetResolver targets;
  private final Semaphore places = new Semaphore(AT_ONCE);

  ExportRoutes(Jdbi jdbi, Queries queries, TargetResolver targets) {
    this.jdbi = jdbi;
    this.queries = queries;
    this.targets = targets;
  }

  private record Row(String id, String document) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/inventory/export", this::export, Role.READER, Segmented.YES);
  }

  private void export(Context context) {
    QueryParameters query = Requests.query(context, "filter", "on");
    PathAccess access = PathAccess.of(Requests.principal(context));
    JsonNode filter = InventoryRoutes.parsed(query.text("filter"));
    String on = query.text("on");
    if (!places.tryAcquire()) {
      throw Problem.unavailable(AT_ONCE + " exports are under way", null);
    }
    try {
      jdbi.useTransaction(
          TransactionIsolationLevel.REPEATABLE_READ,
          handle -> write(handle, context, access, chosen(handle, access, filter, on)));
    } catch (IOException e) {
      throw new UncheckedIOException("the export broke off", e);
    } finally {
      places.release();
    }
  }

  /** The nodes, in order; null for all. */
  private @Nullable List<String> chosen(
      Handle handle, PathAccess access, @Nullable JsonNode filter, @Nullable String on) {
    boolean all = on == null || Target.parse(on) instanceof Target.All;
    if (filter == null && all && access.seesAllNodes()) {
      return null;
    }
    List<String> matching =
        queries.matching(
            handle, filter == null ? Json.MAPPER.createObjectNode() : filter, "filter", access);
    if (all || on == null) {
      return matching;
    }
    Set<String> meant = new LinkedHashSet<>(targets.resolve(handle, access.principal(), on));
    return matching.stream().filter(meant::contains).toList();
  }

  private static void write(
      Handle handle, Context context, PathAccess access, @Nullable List<String> ids)
      throws IOException {
    context.res().setContentType(BulkRoutes.MEDIA_TYPE);
    context.res().setHeader("Cache-Control", "no-store");
    context.res().setHeader("Content-Disposition", "attachment; filename=\"inventory.jsonl\"");
    OutputStream out = new BufferedOutputStream(context.res().getOutputStream(), 64 << 10);
    String after = "";
    for (int from = 0; ids == null || from < ids.size(); from += PAGE) {
      List<Row> rows =
          ids == null
              ? page(handle, after)
              : page(handle, ids.subList(from, Math.min(from + PAGE, ids.size())));
      for (Row row : rows) {
        write(out, row, access);
      }
      if (ids == null && rows.size() < PAGE) {
        break;
      }
      after = rows.isEmpty() ? after : rows.getLast().id;
    }
    out.flush();
  }

  private static void write(OutputStream out, Row row, PathAccess access) throws IOException {
    String document = row.document;
    if (!access.readsEverything()) {
      ObjectNode pruned = access.prune((ObjectNode) Json.read(document));
      if (pruned.isEmpty()) {
        return;
      }
      document = Json.write(pruned);
    }
    String line =
        "{\"mercury_id\": \""
            + row.id
            + (document.equals("{}") ? "\"}\n" : "\", " + document.substring(1) + "\n");
    out.write(line.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Row> page(Handle handle, String after) {
    return handle
        .createQuery(
            "SELECT node, doc::text AS doc FROM inventory WHERE node > :after ORDER BY node"
                + " LIMIT :page")
        .bind("after", after)
        .bind("page", PAGE)
        .map((row, _) -> new Row(row.getString("node"), row.getString("doc")))
        .list();
  }

  private static List<Row> page(Handle handle, List<String> ids) {
    return handle
        .createQuery(
            "SELECT node, doc::text AS doc FROM inventory WHERE node = ANY(:ids) ORDER BY node")
        .bind("ids", SqlArray.texts(ids))
        .map((row, _) -> new Row(row.getString("node"), row.getString("doc")))
        .list();
  }
}
