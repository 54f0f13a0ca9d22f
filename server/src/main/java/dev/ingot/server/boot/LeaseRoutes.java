package dev.ingot.server.boot;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.boot.lease.LeaseList;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.lookup.LookupKey;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/boot/leases}. */
final class LeaseRoutes implements Routes {
  private static final String ALL = "/api/v1/boot/leases";

  private final Jdbi jdbi;
  private final Audit audit;

  LeaseRoutes(Jdbi jdbi, Audit audit) {
    this.jdbi = jdbi;
    this.audit = audit;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.READER);
    routes.delete(ALL + "/{address}", this::end, Role.OPERATOR);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor", "network", "mac", "state");
    Cursor cursor = query.cursor("leases", 1);
    String after = cursor == null ? "0.0.0.0" : cursor.keys().getFirst();
    int limit = query.limit();
    LeaseList.Filter filter =
        new LeaseList.Filter(query.text("network"), mac(query.text("mac")), query.text("state"));
    context.json(
        Page.of(
            jdbi.withHandle(handle -> LeaseList.after(handle, filter, after, limit + 1)),
            limit,
            last -> Cursor.of("leases", last.address())));
  }

  private static @Nullable String mac(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!LookupKey.isMac(text)) {
      throw Problem.invalid("mac", "must be a MAC address such as 52:54:00:12:34:56");
    }
    return LookupKey.mac(text);
  }

  private void end(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(handle -> LeaseList.end(handle, who, audit, context.pathParam("address")));
    context.status(204);
  }
}
