package dev.ingot.server.jobs;

import dev.ingot.protocol.OutputChunk;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.jobs.task.TaskKey;
import dev.ingot.server.jobs.task.TaskState;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** {@code /jobs/{id}/tasks}: what happened on which node. */
final class TaskRoutes implements Routes {
  private static final String PATH = "/api/v1/jobs/{id}/tasks";

  /** What a list shows of each stream; the whole is read for itself. */
  private static final int LISTED_BYTES = 16 << 10;

  private static final int SHOWN_BYTES = 64 << 10;

  private final Jdbi jdbi;
  private final JobDesk desk;

  TaskRoutes(Jdbi jdbi, JobDesk desk) {
    this.jdbi = jdbi;
    this.desk = desk;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(PATH, this::list, Role.READER, Segmented.YES);
    routes.get(PATH + "/{node}", this::show, Role.READER, Segmented.YES);
    routes.get(PATH + "/{node}/output", this::output, Role.READER, Segmented.YES);
    routes.post(PATH + "/{node}/cancel", this::cancel, Role.OPERATOR, Segmented.YES);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "state", "output", "limit", "cursor");
    long id = Requests.number(context, "id", "job");
    TaskState state = JobDesk.state(query.text("state"));
    String list = "tasks:" + id + ":" + (state == null ? "" : state.ordinal());
    Cursor cursor = query.cursor(list, 1);
    Principal who = Requests.principal(context);
    boolean output = query.flag("output");
    List<TaskView> found =
        jdbi.withHandle(
            handle ->
                page(
                    handle,
                    who,
                    id,
                    state,
                    cursor == null ? "" : cursor.keys().getFirst(),
                    query.limit() + 1,
                    output));
    context.json(Page.of(found, query.limit(), task -> Cursor.of(list, task.node())));
  }

  /** Goes on until the page is full of what may be seen. */
  private List<TaskView> page(
      Handle handle,
      Principal who,
      long id,
      @Nullable TaskState state,
      String from,
      int limit,
      boolean output) {
    desk.require(handle, who, id);
    List<TaskView> found = new ArrayList<>();
    String after = from;
    List<TaskView> read;
    do {
      read = TaskReader.page(handle, id, state, after, limit);
      found.addAll(desk.visible(handle, who, read));
      after = read.isEmpty() ? after : read.getLast().node();
    } while (found.size() < limit && read.size() == limit);
    List<TaskView> page = found.subList(0, Math.min(limit, found.size()));
    return output ? TaskReader.withOutput(handle, id, page, LISTED_BYTES) : page;
  }

  private void show(Context context) {
    Requests.query(context);
    long id = Requests.number(context, "id", "job");
    context.json(
        jdbi.withHandle(
            handle -> {
              TaskView task =
                  desk.task(handle, Requests.principal(context), id, context.pathParam("node"));
              return TaskReader.withOutput(handle, id, List.of(task), SHOWN_BYTES).getFirst();
            }));
  }

  /** The bytes of one stream as they came; what was left out is said by a header. */
  private void output(Context context) {
    QueryParameters query = Requests.query(context, "stream", "attempt");
    long id = Requests.number(context, "id", "job");
    String word = query.text("stream");
    OutputChunk.Stream stream =
        word == null
            ? OutputChunk.Stream.STDOUT
            : Requests.oneOf("stream", word, OutputChunk.Stream.values());
    int attempt = query.integer("attempt", 0, 1, 1_000);
    List<OutputTable.Piece> pieces =
        jdbi.withHandle(
            handle -> {
              TaskView task =
                  desk.task(handle, Requests.principal(context), id, context.pathParam("node"));
              return OutputTable.of(
                  handle,
                  new TaskKey(id, task.node()),
                  attempt == 0 ? task.attempt() : attempt,
                  OutputTable.number(stream));
            });
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long dropped = 0;
    for (OutputTable.Piece piece : pieces) {
      dropped += piece.dropped();
      bytes.writeBytes(piece.bytes());
    }
    context
        .contentType("application/octet-stream")
        .header("X-Content-Type-Options", "nosniff")
        .header("Ingot-Dropped-Bytes", String.valueOf(dropped));
    ByteRangeRoutes.answer(context, bytes.toByteArray());
  }

  private void cancel(Context context) {
    Requests.query(context);
    String reason = JobRoutes.cancellation(context);
    long id = Requests.number(context, "id", "job");
    context
        .status(202)
        .json(
            jdbi.inTransaction(
                handle ->
                    desk.cancelTask(
                        handle,
                        Requests.principal(context),
                        id,
                        context.pathParam("node"),
                        reason)));
  }
}
