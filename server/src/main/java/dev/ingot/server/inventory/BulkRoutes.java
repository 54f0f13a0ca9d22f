package dev.ingot.server.inventory;

import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/inventory/bulk}: thousands of documents in one request, JSON lines both ways. */
final class BulkRoutes implements Routes {
  static final String MEDIA_TYPE = "application/x-ndjson";

  private static final Logger log = LoggerFactory.getLogger(BulkRoutes.class);
  private static final List<String> MEDIA_TYPES =
      List.of(MEDIA_TYPE, "application/ndjson", "application/jsonl");
  private static final int AT_ONCE = 4;

  private final BulkImport each;
  private final AtomicImport atomic;
  private final Semaphore places = new Semaphore(AT_ONCE);

  BulkRoutes(Jdbi jdbi, ImportStore store, VisibleNodes visible) {
    this.each = new BulkImport(jdbi, store, visible);
    this.atomic = new AtomicImport(jdbi, store, each);
  }

  private enum Mode {
    EACH,
    ATOMIC
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.post("/api/v1/inventory/bulk", this::bulk, Role.OPERATOR, Segmented.YES);
  }

  private void bulk(Context context) {
    QueryParameters query = Requests.query(context, "mode", "keep");
    String mode = query.text("mode");
    Mode chosen = mode == null ? Mode.EACH : Requests.oneOf("mode", mode, Mode.values());
    boolean keep = query.flag("keep");
    checkType(context);
    if (!places.tryAcquire()) {
      context.header("Connection", "close"); // the body is not read
      throw Problem.unavailable(AT_ONCE + " bulk imports are under way", null);
    }
    try {
      run(context, chosen, keep);
    } catch (IOException e) {
      throw new UncheckedIOException("the import broke off", e);
    } finally {
      places.release();
    }
  }

  private void run(Context context, Mode mode, boolean keep) throws IOException {
    PathAccess access = PathAccess.of(Requests.principal(context));
    BulkAnswer answer = new BulkAnswer(() -> open(context), access);
    InputStream in = context.req().getInputStream();
    try {
      switch (mode) {
        case EACH -> each.each(in, keep, access, answer);
        case ATOMIC -> atomic.all(in, keep, access, answer);
      }
      answer.done();
    } catch (Problem e) {
      brokeOff(context, answer, mode, e);
    } catch (JdbiException e) {
      if (!answer.isStarted()) {
        throw e;
      }
      log.warn("an import broke off", e);
      brokeOff(
          context,
          answer,
          mode,
          Problem.unavailable("the database stopped answering; the rest was not stored", e));
    }
  }

  /** Once something was said it can only end by a last line; before, it is a problem as usual. */
  private static void brokeOff(Context context, BulkAnswer answer, Mode mode, Problem problem)
      throws IOException {
    context.header("Connection", "close"); // the rest of the body is not read
    if (!answer.isStarted()) {
      throw problem;
    }
    answer.brokeOff(problem, mode == Mode.EACH);
  }

  private static OutputStream open(Context context) {
    context.res().setContentType(MEDIA_TYPE);
    context.res().setHeader("Cache-Control", "no-store");
    try {
      return context.res().getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException("the answer broke off", e);
    }
  }

  private static void checkType(Context context) {
    String type =
        String.valueOf(context.contentType()).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!MEDIA_TYPES.contains(type)) {
      throw new Problem(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "the body must be " + MEDIA_TYPE + ": a document on each line",
          "Content-Type",
          null);
    }
  }
}
