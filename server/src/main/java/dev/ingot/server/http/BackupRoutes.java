package dev.ingot.server.http;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Backup;
import dev.ingot.server.store.Restore;
import dev.ingot.server.store.Store;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code /api/v1/backup} and {@code /api/v1/restore}: the whole database as a stream, while the
 * server works; and back, while it answers nothing else.
 */
public final class BackupRoutes implements Routes {
  private static final String MEDIA_TYPE = "application/octet-stream";

  private final Store store;
  private final Audit audit;
  private final Outbox outbox;
  private final Closure closure;
  private final String version;

  public BackupRoutes(Store store, Audit audit, Outbox outbox, Closure closure, String version) {
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
    this.closure = closure;
    this.version = version;
  }

  /** What was restored. */
  record Restored(int tables, long rows) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/backup", this::backup, Role.ADMIN);
    routes.post("/api/v1/restore", this::restore, Role.ADMIN);
  }

  private void backup(Context context) {
    Requests.query(context);
    record(Requests.principal(context), "server.backup", null);
    context.res().setContentType(MEDIA_TYPE);
    context.res().setHeader("Content-Disposition", "attachment; filename=\"ingot.backup\"");
    context.res().setHeader("Cache-Control", "no-store");
    try {
      Backup.write(store, version, context.res().getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("the backup broke off", e);
    }
  }

  private void restore(Context context) {
    Requests.query(context);
    if (!MEDIA_TYPE.equals(context.contentType())) {
      throw new Problem(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "the body must be " + MEDIA_TYPE + ", as GET /api/v1/backup sends it",
          "Content-Type",
          null);
    }
    Principal who = Requests.principal(context);
    AtomicReference<Backup.@Nullable Summary> summary = new AtomicReference<>();
    closure.during("restoring a backup", () -> summary.set(Restore.read(store, body(context))));
    Backup.Summary done = summary.get();
    if (done == null) {
      throw new IllegalStateException("a restore that ends has a summary");
    }
    Restored restored = new Restored(done.tables(), done.rows());
    record(who, "server.restore", Json.MAPPER.valueToTree(restored));
    context.json(restored);
  }

  private void record(Principal who, String action, @Nullable JsonNode after) {
    store
        .api()
        .useTransaction(
            handle -> {
              audit.record(handle, who, action, "server", null, after);
              if (after != null) {
                outbox.append(
                    handle,
                    new NewEvent("server", "restored", Severity.WARNING, "database", null, after));
              }
            });
  }

  private static InputStream body(Context context) {
    try {
      return context.req().getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException("the backup cannot be read", e);
    }
  }
}
