package dev.ingot.server.http;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.Map;

/** {@code /health/live} and {@code /health/ready}, for probes: they carry no token. */
public final class HealthRoutes implements Routes {
  private final Health health;

  public HealthRoutes(Health health) {
    this.health = health;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/health/live", HealthRoutes::live, Open.TO_ALL);
    routes.get("/health/ready", this::ready, Open.TO_ALL);
  }

  private static void live(Context context) {
    context.json(Map.of("status", "live"));
  }

  private void ready(Context context) {
    Health.Readiness readiness = health.readiness();
    if (!readiness.status().equals("ready")) {
      context.status(503).header("Retry-After", "1");
    }
    context.json(readiness);
  }
}
