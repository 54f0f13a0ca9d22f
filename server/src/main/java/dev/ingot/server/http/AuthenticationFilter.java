package dev.ingot.server.http;

import dev.ingot.server.access.Authentication;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.security.RouteRole;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every request shows a bearer token and its principal may do what the route asks for; the few
 * routes that name {@link Open} excepted. A path that does not exist is asked for with a token too.
 */
final class AuthenticationFilter {
  private final Authentication authentication;
  private final Closure closure;
  private final RouteTable routes;

  AuthenticationFilter(Authentication authentication, Closure closure, RouteTable routes) {
    this.authentication = authentication;
    this.closure = closure;
    this.routes = routes;
  }

  void check(Context context) {
    Set<RouteRole> asked = routes.roles(context.method().name(), context.path());
    if (asked != null && asked.contains(Open.TO_ALL)) {
      return;
    }
    closure.check(); // before the database is asked, which may be locked as a whole
    String token = bearer(context.header("Authorization"));
    String address = context.ip();
    context.attribute(Requests.PRINCIPAL, allowed(token, address, asked));
    context.attribute(Requests.CHECK, (Supplier<Principal>) () -> allowed(token, address, asked));
  }

  /** The route that was found asks for what its request was checked for, whatever its path. */
  void checkMatched(Context context) {
    Set<RouteRole> asked = context.routeRoles();
    if (!asked.contains(Open.TO_ALL) && !context.method().equals(HandlerType.HEAD)) {
      Principal principal = Requests.principal(context);
      checkAllowed(principal, asked);
    }
  }

  /**
   * @param asked null where nothing is
   */
  private Principal allowed(String token, String address, @Nullable Set<RouteRole> asked) {
    Principal principal = authentication.authenticate(token, address);
    if (asked != null) {
      checkAllowed(principal, asked);
    }
    return principal;
  }

  private static void checkAllowed(Principal principal, Set<RouteRole> asked) {
    if (asked.stream().noneMatch(role -> allows(principal, role))) {
      throw forbidden(principal, asked);
    }
    if (principal.isRestricted() && !asked.contains(Segmented.YES)) {
      throw Problem.forbidden(
          "this is for roles that see all nodes and all of their inventory; "
              + principal.name()
              + " is "
              + principal.roleName());
    }
  }

  private static Problem forbidden(Principal principal, Set<RouteRole> asked) {
    return Problem.forbidden(
        "this asks for the role "
            + Problem.oneOf(
                asked.stream()
                    .filter(Role.class::isInstance)
                    .map(role -> ((Role) role).word())
                    .sorted()
                    .toList())
            + "; "
            + principal.name()
            + " is "
            + principal.roleName());
  }

  private static boolean allows(Principal principal, RouteRole asked) {
    return asked instanceof Role role && principal.role().includes(role);
  }

  private static String bearer(@Nullable String header) {
    if (header == null) {
      throw Problem.unauthenticated("no token was shown; send Authorization: Bearer …");
    }
    String[] parts = header.strip().split(" +", 2);
    if (parts.length != 2 || !parts[0].equalsIgnoreCase("Bearer") || parts[1].length() > 512) {
      throw Problem.unauthenticated("the Authorization header must be: Bearer and a token");
    }
    return parts[1];
  }
}
