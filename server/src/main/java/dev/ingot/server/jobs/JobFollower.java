package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One reader of a job's changes: a position, which is the revision and node of the last task that
 * it was told. Tasks that change often are told as they are now.
 */
final class JobFollower {
  private static final int PAGE = 500;
  private static final int OUTPUT_PAGE = 50;
  private static final Pattern POSITION = Pattern.compile("([0-9]{1,18})(?::([0-9a-f]{0,64}))?");

  private final Jdbi jdbi;
  private final JobDesk desk;
  private final Principal who;
  private final long id;
  private final boolean output;
  private final Map<String, Long> shown = new HashMap<>();
  private long revision;
  private String node = "";
  private long outputFrom;
  private long toldRevision = -1;
  private boolean over;

  JobFollower(
      Jdbi jdbi,
      JobDesk desk,
      Principal who,
      long id,
      boolean output,
      @Nullable String lastEventId) {
    this.jdbi = jdbi;
    this.desk = desk;
    this.who = who;
    this.id = id;
    this.output = output;
    if (lastEventId != null && !lastEventId.isBlank()) {
      Matcher position = POSITION.matcher(lastEventId.strip());
      if (!position.matches()) {
        throw Problem.malformed("Last-Event-ID", "must be the id of an event of this stream");
      }
      revision = Long.parseLong(position.group(1));
      node = position.group(2) == null ? "" : position.group(2);
      outputFrom = Math.max(0, revision - 1);
    }
  }

  boolean over() {
    return over;
  }

  /** Writes what is new; returns whether there is more. */
  boolean read(StringBuilder text) {
    return jdbi.withHandle(handle -> read(handle, text));
  }

  private boolean read(Handle handle, StringBuilder text) {
    // The job first: what it counts is then told by its tasks too, at the latest in a moment.
    Job job = desk.require(handle, who, id);
    int page = output ? OUTPUT_PAGE : PAGE;
    List<TaskReader.Changed> changed =
        job.revision == revision && node.isEmpty()
            ? List.of()
            : TaskReader.changedAfter(handle, id, revision, node, page);
    tell(handle, text, changed);
    boolean more = changed.size() == page;
    if (!more && (job.revision != toldRevision || job.state != Job.State.RUNNING)) {
      toldRevision = job.revision;
      outputFrom = Math.max(outputFrom, revision - 1);
      JobStreamRoutes.append(text, "", "job", JobView.of(job));
    }
    if (!more && job.state != Job.State.RUNNING) {
      over = true;
      JobStreamRoutes.append(text, "", "end", Map.of("state", job.state.word()));
    }
    return more;
  }

  private void tell(Handle handle, StringBuilder text, List<TaskReader.Changed> changed) {
    if (changed.isEmpty()) {
      return;
    }
    List<TaskView> all = changed.stream().map(TaskReader.Changed::task).toList();
    List<TaskView> visible = desk.visible(handle, who, all);
    if (output) {
      output(handle, text, visible);
      visible = TaskReader.withResults(handle, id, visible);
    }
    Map<String, Long> revisions = new HashMap<>();
    changed.forEach(each -> revisions.put(each.task().node(), each.revision()));
    for (TaskView task : visible) {
      JobStreamRoutes.append(text, revisions.get(task.node()) + ":" + task.node(), "task", task);
    }
    TaskReader.Changed last = changed.getLast();
    revision = last.revision();
    node = last.task().node();
  }

  private void output(Handle handle, StringBuilder text, List<TaskView> tasks) {
    List<String> nodes = new ArrayList<>();
    tasks.forEach(task -> nodes.add(task.node()));
    for (OutputTable.Piece piece : OutputTable.of(handle, id, nodes, outputFrom)) {
      String key = piece.task().node() + "/" + piece.attempt() + "/" + piece.stream();
      long end = piece.start() + piece.bytes().length;
      if (piece.stream() == OutputTable.RESULT || shown.getOrDefault(key, 0L) >= end) {
        continue;
      }
      shown.put(key, end);
      ObjectNode data = Json.MAPPER.createObjectNode();
      data.put("node", piece.task().node()).put("attempt", piece.attempt());
      data.put("stream", piece.stream() == 1 ? "stdout" : "stderr").put("offset", piece.start());
      data.put("bytes", Base64.getEncoder().encodeToString(piece.bytes()));
      if (piece.dropped() > 0) {
        data.put("dropped", piece.dropped());
      }
      JobStreamRoutes.append(text, "", "output", data);
    }
  }
}
