package dev.ingot.server.resources.address;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kinds;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/networks}, and {@code /api/v1/reservations}. */
public final class NetworkRoutes implements Routes {
  private static final String ALL = "/api/v1/networks";
  private static final String ONE = ALL + "/{name}";

  private final Jdbi jdbi;
  private final Networks networks;

  public NetworkRoutes(Jdbi jdbi, Kinds kinds, Audit audit) {
    this.jdbi = jdbi;
    this.networks = new Networks(kinds, audit);
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.READER);
    routes.get(ONE, this::show, Role.READER);
    routes.put(ONE, this::put, Role.OPERATOR);
    routes.delete(ONE, this::delete, Role.OPERATOR);
    routes.get(ONE + "/conflicts", this::conflicts, Role.READER);
    routes.get("/api/v1/reservations", this::reservations, Role.READER);
  }

  private static String name(Context context) {
    return context.pathParam("name");
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("networks", 1);
    String after = cursor == null ? "" : cursor.keys().getFirst();
    int limit = query.limit();
    context.json(
        Page.of(
            jdbi.withHandle(handle -> NetworkTable.after(handle, after, limit + 1)),
            limit,
            last -> Cursor.of("networks", last.name())));
  }

  private void show(Context context) {
    Requests.query(context);
    answer(context, jdbi.withHandle(handle -> NetworkTable.require(handle, name(context))));
  }

  private static void answer(Context context, Network network) {
    context.header("ETag", Requests.etag(network.version())).json(network);
  }

  private void put(Context context) {
    Requests.query(context);
    NetworkBody body = Requests.body(context, NetworkBody.class);
    Principal who = Requests.principal(context);
    boolean made =
        jdbi.inTransaction(
            handle ->
                networks.put(
                    handle, who, name(context), body, before -> precondition(context, before)));
    context.status(made ? 201 : 200);
    answer(context, jdbi.withHandle(handle -> NetworkTable.require(handle, name(context))));
  }

  private static void precondition(Context context, @Nullable Network before) {
    if (before != null) {
      Requests.ifMatch(context, Requests.etag(before.version()));
    } else if (context.header("If-Match") != null) {
      throw Problem.preconditionFailed("there is no such network any more");
    }
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(
        handle ->
            networks.delete(
                handle,
                who,
                name(context),
                before -> Requests.ifMatch(context, Requests.etag(before.version()))));
    context.status(204);
  }

  private void conflicts(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    String list = "conflicts:" + name(context);
    Cursor cursor = query.cursor(list, 1);
    String after = cursor == null ? "" : cursor.keys().getFirst();
    int limit = query.limit();
    context.json(
        Page.of(
            jdbi.withHandle(
                handle -> {
                  Network network = NetworkTable.require(handle, name(context));
                  return Seen.conflicts(handle, network.name(), after, limit + 1);
                }),
            limit,
            last -> Cursor.of(list, last.address())));
  }

  private void reservations(Context context) {
    QueryParameters query = Requests.query(context, "mac", "hostname");
    String mac = query.text("mac");
    String hostname = query.text("hostname");
    List<Reservations.Reservation> found;
    if (mac != null && hostname == null) {
      found = jdbi.withHandle(handle -> Reservations.ofMac(handle, mac));
    } else if (hostname != null && mac == null) {
      found = jdbi.withHandle(handle -> Reservations.ofHostname(handle, hostname));
    } else {
      throw Problem.invalid("mac", "say mac or hostname");
    }
    context.json(new Page<>(found, null));
  }
}
