package dev.ingot.server.boot;

import dev.ingot.server.access.Role;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;

/** Opens and closes networks while the server runs: {@code /api/v1/boot/networks/{name}}. */
final class NetworkRoutes implements Routes {
  private static final String NETWORK = "/api/v1/boot/networks/{name}";

  private final OpenedNetworks opened;
  private final NetbootSettings settings;

  NetworkRoutes(OpenedNetworks opened, NetbootSettings settings) {
    this.opened = opened;
    this.settings = settings;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.put(NETWORK, this::open, Role.ADMIN);
    routes.delete(NETWORK, this::close, Role.ADMIN);
  }

  private void open(Context context) {
    Requests.query(context);
    OpenedNetworks.Asked asked = Requests.body(context, OpenedNetworks.Asked.class);
    context.json(
        BootRoutes.shown(
            opened.open(context.pathParam("name"), asked, Requests.principal(context)), settings));
  }

  private void close(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    opened.close(context.pathParam("name"), Requests.principal(context));
    context.status(204);
  }
}
