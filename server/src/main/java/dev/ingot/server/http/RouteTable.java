package dev.ingot.server.http;

import io.javalin.http.HandlerType;
import io.javalin.router.InternalRouter;
import io.javalin.router.ParsedEndpoint;
import io.javalin.security.Roles;
import io.javalin.security.RouteRole;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is routed, as the router knows it. */
final class RouteTable {
  private static final List<HandlerType> METHODS =
      List.of(
          HandlerType.GET,
          HandlerType.POST,
          HandlerType.PUT,
          HandlerType.PATCH,
          HandlerType.DELETE,
          HandlerType.OPTIONS);

  private final InternalRouter router;

  RouteTable(InternalRouter router) {
    this.router = router;
  }

  /**
   * One route.
   *
   * @param path with its parameters in braces
   */
  record Route(String method, String path, Set<RouteRole> roles) {}

  /** The roles that a request's route names, null when there is no route. */
  @Nullable Set<RouteRole> roles(String method, String path) {
    HandlerType type = HandlerType.findOrCreate(method.equals("HEAD") ? "GET" : method);
    ParsedEndpoint found =
        METHODS.contains(type) ? router.findFirstHttpHandlerEntry(type, path) : null;
    return found == null ? null : roles(found);
  }

  /** The methods that a path answers to. */
  Set<String> methods(String path) {
    Set<String> methods = new TreeSet<>();
    for (HandlerType method : METHODS) {
      if (router.hasHttpHandlerEntry(method, path)) {
        methods.add(method.name());
        if (method.equals(HandlerType.GET)) {
          methods.add("HEAD");
        }
      }
    }
    return methods;
  }

  List<Route> all() {
    return router.allHttpHandlers().stream()
        .filter(entry -> METHODS.contains(entry.endpoint.method))
        .map(entry -> new Route(entry.endpoint.method.name(), entry.endpoint.path, roles(entry)))
        .toList();
  }

  private static Set<RouteRole> roles(ParsedEndpoint entry) {
    Roles roles = entry.endpoint.metadata(Roles.class);
    return roles == null ? Set.of() : roles.getRoles();
  }
}
