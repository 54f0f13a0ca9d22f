package dev.ingot.server.http;

import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code /api/v1/openapi.json}, as it is kept in the resources. */
public final class OpenApiRoutes implements Routes {
  private final byte[] document;

  public OpenApiRoutes() {
    try (InputStream stream = OpenApiRoutes.class.getResourceAsStream("/openapi.json")) {
      if (stream == null) {
        throw new IllegalStateException("openapi.json is missing in the jar");
      }
      document = stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(
        "/api/v1/openapi.json",
        context -> context.contentType("application/json").result(document),
        Role.READER,
        Segmented.YES);
  }
}
