package dev.ingot.server.eve;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.http.Open;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.Resources;
import dev.ingot.server.resources.kind.Kind;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /machines}, {@code /public-addresses}, {@code /private-addresses} and {@code /}, with an
 * account of their own. Whatever the method on the wire, X-HTTP-Method-Override decides.
 */
final class EveRoutes implements Routes {
  static final List<String> KINDS = List.of("machines", "public-addresses", "private-addresses");

  private static final Set<String> OVERRIDES = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
  private static final JsonMapper PRETTY =
      Json.MAPPER.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Jdbi jdbi;
  private final Resources resources;
  private final EveAccount account;
  private final EveReadingRoutes reading;
  private final EveWritingRoutes writing;

  EveRoutes(Jdbi jdbi, Queries queries, Resources resources, EveAccount account) {
    this.jdbi = jdbi;
    this.resources = resources;
    this.account = account;
    this.reading = new EveReadingRoutes(queries);
    this.writing = new EveWritingRoutes(resources.stock());
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    everyMethod(routes, "/", this::home);
    for (String kind : KINDS) {
      everyMethod(routes, "/" + kind, context -> collection(context, kind));
      everyMethod(routes, "/" + kind + "/{id}", context -> item(context, kind));
    }
    routes.get(
        "/docs",
        context ->
            context
                .contentType("text/html; charset=utf-8")
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                .result(EveDocs.html(jdbi.withHandle(this::kinds))),
        Open.TO_ALL);
    routes.get(
        "/docs/spec.json",
        context -> context.json(EveDocs.spec(jdbi.withHandle(this::kinds))),
        Open.TO_ALL);
  }

  private List<Kind> kinds(Handle handle) {
    return KINDS.stream().map(name -> resources.kinds().require(handle, name)).toList();
  }

  private void everyMethod(JavalinDefaultRoutingApi routes, String path, Answering answering) {
    Handler handler =
        context -> {
          try {
            answering.answer(context);
          } catch (EveError e) {
            answer(context, e);
          } catch (Problem e) {
            answer(context, new EveError(e.kind().status, e.detail(), e));
          } catch (HttpResponseException e) {
            answer(context, new EveError(e.getStatus(), String.valueOf(e.getMessage()), e));
          }
        };
    routes.get(path, handler, Open.TO_ALL);
    routes.post(path, handler, Open.TO_ALL);
    routes.put(path, handler, Open.TO_ALL);
    routes.patch(path, handler, Open.TO_ALL);
    routes.delete(path, handler, Open.TO_ALL);
    // As there, without an account and without a word of other origins.
    routes.options(path, context -> context.header("Allow", allowed(context)), Open.TO_ALL);
  }

  /** What may be asked of a path. */
  private static String allowed(Context context) {
    String id = context.pathParamMap().get("id");
    if (id != null) {
      return EveReadingRoutes.isId(id)
          ? "GET, HEAD, OPTIONS, PATCH, PUT, DELETE"
          : "GET, HEAD, OPTIONS";
    }
    return context.path().length() > 1 ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS";
  }

  private interface Answering {
    void answer(Context context);
  }

  private static void answer(Context context, EveError error) {
    if (error.status == 401) {
      context.header("WWW-Authenticate", "Basic realm=\"eve\"");
    }
    context.status(error.status);
    write(context, error.body());
  }

  static void write(Context context, JsonNode body) {
    String accept = String.valueOf(context.header("Accept")).toLowerCase(Locale.ROOT);
    if (!accept.contains("json") && accept.contains("xml")) {
      context.contentType("application/xml; charset=utf-8").result(EveXml.of(body));
      return;
    }
    context.contentType("application/json");
    context.result(
        context.queryParamMap().containsKey("pretty")
            ? PRETTY.writeValueAsBytes(body)
            : Json.bytes(body));
  }

  private Principal who(Context context) {
    return account.of(context.header("Authorization"), context.ip());
  }

  private static String method(Context context) {
    String override = context.header("X-HTTP-Method-Override");
    String method = context.method().name();
    if (override != null && OVERRIDES.contains(override.toUpperCase(Locale.ROOT))) {
      return override.toUpperCase(Locale.ROOT);
    }
    return method.equals("HEAD") ? "GET" : method;
  }

  private static EveError notAllowed(Context context) {
    context.header("Allow", allowed(context));
    return new EveError(405, "The method is not allowed for the requested URL.");
  }

  private void home(Context context) {
    who(context);
    if (!method(context).equals("GET")) {
      throw notAllowed(context);
    }
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode children = body.putObject("_links").putArray("child");
    KINDS.forEach(kind -> children.add(EveDocument.link(kind, kind)));
    write(context, body);
  }

  private void collection(Context context, String name) {
    Principal who = who(context);
    switch (method(context)) {
      case "GET" ->
          reading.list(
              context,
              query ->
                  jdbi.inTransaction(
                      handle ->
                          reading.found(handle, resources.kinds().require(handle, name), query)),
              name);
      case "POST" ->
          jdbi.useTransaction(
              handle ->
                  writing.create(
                      context, handle, who, resources.kinds().require(handle, name), null));
      case "DELETE" ->
          throw new EveError(
              403, "Deleting all " + name + " at once is not allowed; delete them one by one");
      default -> throw notAllowed(context);
    }
  }

  private void item(Context context, String name) {
    Principal who = who(context);
    String id = context.pathParam("id");
    jdbi.useTransaction(
        handle -> {
          Kind kind = resources.kinds().require(handle, name);
          String method = method(context);
          if (method.equals("GET")) {
            reading.item(context, handle, kind, id);
          } else if (method.equals("POST") || !EveReadingRoutes.isId(id)) {
            // As there, a name is good for reading only.
            throw notAllowed(context);
          } else {
            writing.change(context, handle, who, kind, id, method);
          }
        });
  }
}
