package dev.ingot.server.resources;

import dev.ingot.server.http.Open;
import dev.ingot.server.http.Routes;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * {@code /resources}: a page that says who holds what, and frees. It holds nothing itself: it asks
 * the API with the token that a person pastes, keeps that in memory alone, and may load, run and
 * reach nothing that does not come from here.
 */
final class PageRoutes implements Routes {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    file(routes, "/resources", "index.html", "text/html; charset=utf-8");
    file(routes, "/resources/page.js", "page.js", "text/javascript; charset=utf-8");
    file(routes, "/resources/page.css", "page.css", "text/css; charset=utf-8");
  }

  private static void file(JavalinDefaultRoutingApi routes, String path, String name, String type) {
    byte[] bytes = read(name);
    routes.get(path, context -> answer(context, bytes, type), Open.TO_ALL);
  }

  private static void answer(Context context, byte[] bytes, String type) {
    context
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-store")
        .contentType(type)
        .result(bytes);
  }

  private static byte[] read(String name) {
    try (InputStream in = PageRoutes.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the page's " + name + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
