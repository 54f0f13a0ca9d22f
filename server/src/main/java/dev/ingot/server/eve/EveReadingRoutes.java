package dev.ingot.server.eve;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Condition;
import dev.ingot.server.resources.stock.Resource;
import dev.ingot.server.resources.stock.ResourceFilter;
import dev.ingot.server.resources.stock.ResourceTable;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists and single documents. */
final class EveReadingRoutes {
  /** Larger lists are asked for by the page. */
  private static final int MOST = 100_000;

  private final Queries queries;

  EveReadingRoutes(Queries queries) {
    this.queries = queries;
  }

  static boolean isId(String text) {
    return text.matches("[0-9a-f]{24}");
  }

  /** What a list has: all that match, in order. */
  record Found(Kind kind, List<ObjectNode> documents, @Nullable Instant newest) {}

  Found found(Handle handle, Kind kind, EveQuery query) {
    try {
      Condition condition = ResourceFilter.of(queries, kind, query.where(), "where");
      List<Resource> all =
          queries.limited(
              handle,
              "where",
              () -> ResourceTable.list(handle, kind.name(), condition, "", MOST + 1));
      if (all.size() > MOST) {
        throw new EveError(400, "more than " + MOST + " match; ask for fewer with `where`");
      }
      List<ObjectNode> documents = new ArrayList<>(all.size());
      all.forEach(each -> documents.add(EveDocument.of(kind, each, false)));
      query.sort(documents);
      return new Found(
          kind,
          documents,
          all.stream().map(Resource::updated).max(Comparator.naturalOrder()).orElse(null));
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.INVALID || e.kind() == Problem.Kind.MALFORMED) {
        throw new EveError(400, e.field() + ": " + e.detail(), e);
      }
      throw e;
    }
  }

  void list(Context context, Function<EveQuery, Found> finding, String name) {
    EveQuery query = EveQuery.of(context.queryParamMap());
    Found found = finding.apply(query);
    int total = found.documents().size();
    Integer asked = query.maxResults();
    int size = asked == null ? Math.max(1, total) : asked;
    long from = (query.page() - 1L) * size;
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode items = body.putArray("_items");
    found.documents().stream()
        .skip(asked == null ? 0 : from)
        .limit(size)
        .forEach(each -> items.add(query.projected(each)));
    ObjectNode links = body.putObject("_links");
    links.set("parent", EveDocument.link("home", "/"));
    links.set("self", EveDocument.link(name, name));
    if (asked != null) {
      int last = Math.max(1, (total + size - 1) / size);
      if (query.page() < last) {
        links.set("next", EveDocument.link("next page", page(context, name, query.page() + 1)));
        links.set("last", EveDocument.link("last page", page(context, name, last)));
      }
      if (query.page() > 1) {
        links.set("prev", EveDocument.link("previous page", page(context, name, query.page() - 1)));
      }
    }
    body.putObject("_meta")
        .put("page", asked == null ? 1 : query.page())
        .put("max_results", size)
        .put("total", total);
    context.header("X-Total-Count", Integer.toString(total));
    Instant newest = found.newest();
    if (newest != null) {
      context.header("Last-Modified", EveDocument.date(newest));
    }
    EveRoutes.write(context, body);
  }

  /** The same question, another page. */
  private static String page(Context context, String name, int page) {
    StringBuilder href = new StringBuilder(name).append('?');
    context
        .queryParamMap()
        .forEach(
            (key, values) -> {
              if (!key.equals("page") && !values.isEmpty()) {
                href.append(encoded(key)).append('=').append(encoded(values.getFirst()));
                href.append('&');
              }
            });
    return href.append("page=").append(page).toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** By id, or by hostname or address; a plus may stand for a space, as clients write it. */
  static Optional<Resource> find(Handle handle, Kind kind, String id) {
    Optional<Resource> byId = isId(id) ? ResourceTable.byId(handle, kind, id) : Optional.empty();
    return byId.or(() -> ResourceTable.find(handle, kind, id))
        .or(
            () ->
                id.contains("+")
                    ? ResourceTable.find(handle, kind, id.replace('+', ' '))
                    : Optional.empty());
  }

  static EveError unknown() {
    return new EveError(
        404,
        "The requested URL was not found on the server. If you entered the URL manually please"
            + " check your spelling and try again.");
  }

  void item(Context context, Handle handle, Kind kind, String id) {
    Resource resource = find(handle, kind, id).orElseThrow(EveReadingRoutes::unknown);
    String etag = EveDocument.etag(resource);
    context.header("ETag", '"' + etag + '"');
    context.header("Last-Modified", EveDocument.date(resource.updated()));
    if (isUnchanged(context, resource, etag)) {
      context.status(304);
      return;
    }
    EveQuery query = EveQuery.of(context.queryParamMap());
    EveRoutes.write(context, query.projected(EveDocument.of(kind, resource, true)));
  }

  /** If both headers are there, both must hold. */
  private static boolean isUnchanged(Context context, Resource resource, String etag) {
    String noneMatch = context.header("If-None-Match");
    String since = context.header("If-Modified-Since");
    if (noneMatch == null && since == null) {
      return false;
    }
    boolean same = noneMatch == null || bare(noneMatch).equals(etag);
    return same && (since == null || isSince(resource, since));
  }

  /** A date that is none is as good as no date (RFC 9110, 13.1.3). */
  private static boolean isSince(Resource resource, String since) {
    try {
      return !resource
          .updated()
          .truncatedTo(ChronoUnit.SECONDS)
          .isAfter(EveQuery.date(since).plusSeconds(1));
    } catch (EveError e) {
      return false;
    }
  }

  /** An entity tag without quotes and weakness. */
  static String bare(String tag) {
    String text = tag.strip();
    if (text.startsWith("W/")) {
      text = text.substring(2);
    }
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }
}
