package dev.ingot.server.inventory.history;

import dev.ingot.core.Json;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.history.HistoryTable.After;
import dev.ingot.server.inventory.history.HistoryTable.Entry;
import dev.ingot.server.inventory.history.HistoryTable.Wanted;
import dev.ingot.server.inventory.history.Timeline.Past;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/nodes/{id}/history} and {@code …/diff}, {@code /api/v1/parts}. */
public final class HistoryRoutes implements Routes {
  private static final String NODE = "/api/v1/nodes/{id}";

  private final Jdbi jdbi;
  private final VisibleNodes visible;

  public HistoryRoutes(Jdbi jdbi, VisibleNodes visible) {
    this.jdbi = jdbi;
    this.visible = visible;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(NODE + "/history", this::history, Role.READER, Segmented.YES);
    routes.get(NODE + "/diff", this::diff, Role.READER, Segmented.YES);
    routes.get("/api/v1/parts", this::parts, Role.READER);
  }

  private void history(Context context) {
    QueryParameters query =
        Requests.query(context, "since", "until", "path", "change", "limit", "cursor");
    String list = "history:" + context.pathParam("id");
    Cursor cursor = query.cursor(list, 3);
    int limit = query.limit();
    PathAccess access = PathAccess.of(Requests.principal(context));
    List<Entry> found =
        jdbi.inTransaction(
            TransactionIsolationLevel.REPEATABLE_READ,
            handle -> {
              String node = resolve(handle, context, context.pathParam("id"));
              String path = query.text("path");
              if (path != null && !access.readsEverything()) {
                access.require(FieldPath.parse(path, "path"), "path");
              }
              Wanted wanted = wanted(handle, query, Chains.of(handle, node));
              return new SeenHistory(handle, access, visible)
                  .list(wanted, cursor == null ? null : after(cursor), limit + 1);
            });
    Page<Entry> page =
        Page.of(
            found,
            limit,
            entry ->
                Cursor.of(
                    list,
                    entry.time(),
                    entry.node(),
                    access.readsEverything() ? entry.number() : 0));
    context.json(
        new Page<>(page.items().stream().map(entry -> shown(entry, access)).toList(), page.next()));
  }

  /** Numbers count hidden changes too. */
  private static ObjectNode shown(Entry entry, PathAccess access) {
    ObjectNode shown = Json.MAPPER.valueToTree(entry);
    if (!access.readsEverything()) {
      shown.remove("number");
    }
    return shown;
  }

  private static Wanted wanted(Handle handle, QueryParameters query, List<String> nodes) {
    Instant now = Chains.now(handle);
    Set<String> changes = query.words("change");
    Set<String> known =
        Arrays.stream(Change.values()).map(Change::word).collect(Collectors.toSet());
    for (String change : changes) {
      if (!known.contains(change)) {
        throw Problem.invalid(
            "change",
            "must be " + Problem.oneOf(Arrays.stream(Change.values()).map(Change::word).toList()));
      }
    }
    String path = query.text("path");
    return new Wanted(
        nodes,
        moment(query, "since", now),
        moment(query, "until", now),
        path == null ? null : path.replaceAll("\\.\\d+(?=\\.|$)", ""),
        changes);
  }

  private static @Nullable Instant moment(QueryParameters query, String name, Instant now) {
    String text = query.text(name);
    return text == null ? null : Moment.of(name, text, now);
  }

  private static After after(Cursor cursor) {
    try {
      return new After(
          Instant.parse(cursor.keys().getFirst()), cursor.keys().get(1), cursor.number(2));
    } catch (DateTimeParseException e) {
      throw new Problem(Problem.Kind.INVALID, "not a cursor of this list", "cursor", e);
    }
  }

  private void diff(Context context) {
    QueryParameters query = Requests.query(context, "from", "to", "with");
    String with = query.text("with");
    String from = query.text("from");
    String to = query.text("to");
    if (with == null && from == null) {
      throw Problem.invalid("from", "say from when, or with which node to compare");
    }
    PathAccess access = PathAccess.of(Requests.principal(context));
    ObjectNode answer =
        jdbi.inTransaction(
            TransactionIsolationLevel.REPEATABLE_READ,
            handle -> {
              String reference = context.pathParam("id");
              String other = with == null ? reference : with;
              Past before = asOf(handle, context, reference, from == null ? "now" : from, "from");
              Past after = asOf(handle, context, other, to == null ? "now" : to, "to");
              return DocumentDiff.of(
                  pruned(before, access),
                  pruned(after, access),
                  changes ->
                      access.readsEverything() && !access.principal().isRestricted()
                          ? Whereabouts.of(handle, after.node(), changes, after.asOf())
                          : Whereabouts.UNKNOWN);
            });
    context.json(answer);
  }

  private static Past pruned(Past past, PathAccess access) {
    return access.readsEverything()
        ? past
        : new Past(past.node(), access.prune(past.document()), past.asOf(), null);
  }

  private Past asOf(Handle handle, Context context, String reference, String time, String field) {
    return Chains.asOf(handle, resolve(handle, context, reference), reference, time, field);
  }

  private String resolve(Handle handle, Context context, String reference) {
    return visible.resolve(handle, Requests.principal(context), reference);
  }

  private void parts(Context context) {
    QueryParameters query =
        Requests.query(context, "serial", "kind", "node", "duplicate", "limit", "cursor");
    Cursor cursor = query.cursor("parts", 3);
    int limit = query.limit();
    String node = query.text("node");
    List<PartQuery.Found> found =
        jdbi.withHandle(
            handle ->
                PartQuery.list(
                    handle,
                    new PartQuery.Wanted(
                        query.text("serial"),
                        query.text("kind"),
                        node == null ? null : resolve(handle, context, node),
                        query.flag("duplicate")),
                    cursor,
                    limit + 1));
    context.json(
        Page.of(found, limit, part -> Cursor.of("parts", part.serial(), part.kind(), part.node())));
  }
}
