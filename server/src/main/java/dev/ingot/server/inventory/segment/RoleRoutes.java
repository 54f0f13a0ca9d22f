package dev.ingot.server.inventory.segment;

import dev.ingot.server.access.CustomRole;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Roles;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/roles}. */
public final class RoleRoutes implements Routes {
  private static final String PATH = "/api/v1/roles";

  private final Jdbi jdbi;
  private final Roles roles;
  private final Runnable changed;

  /**
   * @param changed has everybody forget, in every process, what roles say
   */
  public RoleRoutes(Jdbi jdbi, Roles roles, Runnable changed) {
    this.jdbi = jdbi;
    this.roles = roles;
    this.changed = changed;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(PATH, this::list, Role.ADMIN);
    routes.get(PATH + "/{name}", this::show, Role.ADMIN);
    routes.put(PATH + "/{name}", this::set, Role.ADMIN);
    routes.delete(PATH + "/{name}", this::delete, Role.ADMIN);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    long from = Requests.after(query.cursor("roles", 1));
    List<CustomRole> all = jdbi.withHandle(roles::all);
    int start = Math.clamp(from, 0, all.size());
    int end = Math.min(all.size(), start + query.limit());
    context.json(
        new Page<>(
            all.subList(start, end), end == all.size() ? null : Cursor.of("roles", end).text()));
  }

  private void show(Context context) {
    Requests.query(context);
    answer(context, jdbi.withHandle(handle -> roles.require(handle, context.pathParam("name"))));
  }

  private void set(Context context) {
    Requests.query(context);
    Roles.NewRole role = Requests.body(context, Roles.NewRole.class);
    if (role.nodes() != null) {
      FilterParser.parse(role.nodes(), "nodes");
    }
    boolean[] first = {false};
    CustomRole after =
        jdbi.inTransaction(
            handle ->
                roles.set(
                    handle,
                    Requests.principal(context),
                    context.pathParam("name"),
                    role,
                    before -> {
                      first[0] = before == null;
                      match(context, before);
                    }));
    changed.run();
    context.status(first[0] ? 201 : 200);
    answer(context, after);
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    jdbi.useTransaction(
        handle ->
            roles.delete(
                handle,
                Requests.principal(context),
                context.pathParam("name"),
                before -> match(context, before)));
    changed.run();
    context.status(204);
  }

  private static void match(Context context, @Nullable CustomRole before) {
    if (before != null) {
      Requests.ifMatch(context, Requests.etag(before.version()));
    } else if (context.header("If-Match") != null) {
      throw Problem.preconditionFailed("there is no such role");
    }
  }

  private static void answer(Context context, CustomRole role) {
    context.header("ETag", Requests.etag(role.version())).json(role);
  }
}
