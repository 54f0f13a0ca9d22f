package dev.ingot.server.http;

import io.javalin.router.JavalinDefaultRoutingApi;

/**
 * The routes of one feature. Each names the {@link dev.ingot.server.access.Role} it asks for; a
 * route without one is refused at start.
 */
public interface Routes {
  void addTo(JavalinDefaultRoutingApi routes);
}
