package dev.ingot.server.http;

import dev.ingot.server.access.Role;
import io.javalin.router.JavalinDefaultRoutingApi;

/** {@code /metrics}. */
public final class MetricsRoutes implements Routes {
  private final Metrics metrics;

  public MetricsRoutes(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(
        "/metrics",
        context ->
            context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.text()),
        Role.READER);
  }
}
