package dev.ingot.server.jobs;

import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /capabilities}: what the nodes can do. */
final class CapabilityRoutes implements Routes {
  private static final String PATH = "/api/v1/capabilities";

  private final Jdbi jdbi;
  private final TargetResolver targets;

  CapabilityRoutes(Jdbi jdbi, TargetResolver targets) {
    this.jdbi = jdbi;
    this.targets = targets;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(PATH, this::list, Role.READER, Segmented.YES);
    routes.get(PATH + "/{name}", this::show, Role.READER, Segmented.YES);
  }

  private TreeMap<String, ObjectNode> read(Context context) {
    QueryParameters query = Requests.query(context, "on");
    Principal who = Requests.principal(context);
    String on = query.text("on");
    return jdbi.inTransaction(handle -> CapabilityList.of(handle, nodes(handle, who, on)));
  }

  private @Nullable List<String> nodes(Handle handle, Principal who, @Nullable String on) {
    if (on == null && !who.isRestricted()) {
      return null;
    }
    return targets.resolve(handle, who, on == null ? "all" : on);
  }

  private void list(Context context) {
    context.json(new Page<>(List.copyOf(read(context).values()), null));
  }

  private void show(Context context) {
    String name = context.pathParam("name");
    ObjectNode found = read(context).get(name);
    if (found == null) {
      throw Problem.notFound(
          "no node publishes a capability " + name.substring(0, Math.min(64, name.length())));
    }
    context.json(found);
  }
}
