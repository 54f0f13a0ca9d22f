package dev.ingot.server.agents;

import dev.ingot.server.http.Open;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The agent's bundle, as {@code ingot agent bundle} made it in the data folder: signed, and no
 * secret. Whoever fetches it has no token yet.
 */
public final class BundleRoutes implements Routes {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private final Path folder;

  public BundleRoutes(Path folder) {
    this.folder = folder;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(
        "/api/v1/agent-bundle",
        context -> send(context, "text/plain", folder.resolve("bundle")),
        Open.TO_ALL);
    routes.get("/api/v1/agent-bundle/files/{digest}", this::file, Open.TO_ALL);
  }

  private void file(Context context) {
    String digest = context.pathParam("digest");
    if (!DIGEST.matcher(digest).matches()) {
      throw Problem.notFound("a file of a bundle is named by 64 hex digits");
    }
    send(context, "application/octet-stream", folder.resolve("files").resolve(digest));
  }

  private static void send(Context context, String type, Path file) {
    if (!Files.isRegularFile(file)) {
      throw Problem.notFound("there is no such bundle of the agent here");
    }
    try {
      context.header("Content-Length", Long.toString(Files.size(file)));
      context.contentType(type).result(Files.newInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }
}
