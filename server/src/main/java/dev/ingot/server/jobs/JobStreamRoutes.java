package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /jobs/{id}/stream}: what becomes of a job, as server-sent events, resumable. */
final class JobStreamRoutes implements Routes, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobStreamRoutes.class);
  private static final int MOST = 200;
  private static final long KEEP_ALIVE_NANOS = 10_000_000_000L;
  private static final long LOOK_MILLIS = 1_000;

  /** A job with more tasks than this is looked at less often. */
  private static final int FEW = 100;

  private final Jdbi jdbi;
  private final JobDesk desk;
  private final Watchers watchers;
  private final Semaphore streams = new Semaphore(MOST);

  JobStreamRoutes(Jdbi jdbi, JobDesk desk, Watchers watchers) {
    this.jdbi = jdbi;
    this.desk = desk;
    this.watchers = watchers;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/jobs/{id}/stream", this::follow, Role.READER, Segmented.YES);
  }

  private void follow(Context context) {
    QueryParameters query = Requests.query(context, "output");
    long id = Requests.number(context, "id", "job");
    Principal who = Requests.principal(context);
    Job job = jdbi.withHandle(handle -> desk.require(handle, who, id));
    JobFollower follower =
        new JobFollower(jdbi, desk, who, id, query.flag("output"), context.header("Last-Event-ID"));
    if (watchers.closing() || !streams.tryAcquire()) {
      throw Problem.unavailable("the server has " + MOST + " streams of jobs open", null);
    }
    try (Watchers.Watch watch = watchers.watch(id)) {
      write(context, follower, watch, job.plan.total() <= FEW ? 10 : 250);
    } catch (IOException e) {
      log.debug("a stream's client went away: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.release();
    }
  }

  private void write(Context context, JobFollower follower, Watchers.Watch watch, long restMillis)
      throws IOException, InterruptedException {
    context.res().setContentType("text/event-stream");
    context.res().setCharacterEncoding("utf-8");
    context.res().setHeader("Cache-Control", "no-store");
    context.res().setHeader("X-Accel-Buffering", "no");
    OutputStream out = context.res().getOutputStream();
    long written = System.nanoTime();
    long checked = written;
    while (!watchers.closing()) {
      StringBuilder text = new StringBuilder();
      boolean more = follower.read(text);
      if (System.nanoTime() - checked > KEEP_ALIVE_NANOS) {
        if (!stillAllowed(context)) {
          return;
        }
        checked = System.nanoTime();
      }
      if (text.isEmpty() && System.nanoTime() - written > KEEP_ALIVE_NANOS) {
        text.append(": keep-alive\n\n");
      }
      if (!text.isEmpty()) {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
        written = System.nanoTime();
      }
      if (follower.over()) {
        return;
      }
      if (!more) {
        watch.await(LOOK_MILLIS);
        watch.await(restMillis);
      }
    }
  }

  private static boolean stillAllowed(Context context) {
    try {
      Requests.principalNow(context);
      return true;
    } catch (Problem e) {
      return e.kind() == Problem.Kind.UNAVAILABLE; // nobody has said no
    }
  }

  /** An event as it is written. */
  static void append(StringBuilder text, String id, String name, Object data) {
    if (!id.isEmpty()) {
      text.append("id: ").append(id).append('\n');
    }
    text.append("event: ").append(name).append("\ndata: ").append(Json.write(data)).append("\n\n");
  }

  @Override
  public void close() {
    watchers.close();
  }
}
