package dev.ingot.server.http;

import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Role;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** {@code /api/v1/audit}: who wrote what, newest first. */
public final class AuditRoutes implements Routes {
  private final Jdbi jdbi;
  private final AuditTable audit;

  public AuditRoutes(Jdbi jdbi, AuditTable audit) {
    this.jdbi = jdbi;
    this.audit = audit;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/audit", this::list, Role.ADMIN);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("audit", 1);
    long before = cursor == null ? Long.MAX_VALUE : cursor.number(0);
    List<AuditTable.Entry> found =
        jdbi.withHandle(handle -> audit.before(handle, before, query.limit() + 1));
    context.json(Page.of(found, query.limit(), entry -> Cursor.of("audit", entry.id())));
  }
}
