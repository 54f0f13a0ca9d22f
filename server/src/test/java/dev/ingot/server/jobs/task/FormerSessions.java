package dev.ingot.server.jobs.task;

import dev.ingot.protocol.Message;
import dev.ingot.protocol.TaskMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What sessions brought that are over: some of it is heard late, some of it twice. */
final class FormerSessions {
  /** What ended sessions brought, or that they ended, and nobody heard yet. */
  private final ArrayDeque<TaskEvent> late = new ArrayDeque<>();

  /** What was said of the task so far. */
  private final List<TaskEvent> said = new ArrayList<>();

  /** It had arrived when its session ended, and is heard late. */
  void keep(TaskEvent.Session session, Message message) {
    switch (message) {
      case TaskMessage.Accept(long number, int attempt) ->
          late.add(new TaskEvent.Accepted(session, attempt));
      case TaskMessage.Refuse(long number, int attempt, String reason, String detail) ->
          late.add(new TaskEvent.Refused(session, attempt, reason, detail));
      case TaskMessage.Started(long number, int attempt) ->
          late.add(new TaskEvent.Started(session, attempt));
      case TaskMessage.Finished finished -> late.add(new TaskEvent.Finished(session, finished));
      case null, default -> {}
    }
  }

  void keep(TaskEvent.Closed closed) {
    late.add(closed);
  }

  /** The next that is heard late, null when nothing is left. */
  TaskEvent next() {
    return late.poll();
  }

  void remember(TaskEvent event) {
    said.add(event);
  }

  /** Something that another session than the live one said; null when there is nothing. */
  TaskEvent again(TaskEvent.Session live, Random random) {
    List<TaskEvent> former =
        said.stream().filter(each -> live == null || epochOf(each) != live.epoch()).toList();
    return former.isEmpty() ? null : former.get(random.nextInt(former.size()));
  }

  private static long epochOf(TaskEvent event) {
    return switch (event) {
      case TaskEvent.Accepted accepted -> accepted.session().epoch();
      case TaskEvent.Refused refused -> refused.session().epoch();
      case TaskEvent.Started started -> started.session().epoch();
      case TaskEvent.Finished finished -> finished.session().epoch();
      default -> throw new IllegalStateException(event.toString());
    };
  }

  /** What a node may say of an attempt that was never its own. */
  static TaskEvent lie(TaskEvent.Session live, int attempt, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new TaskEvent.Accepted(live, attempt);
      case 1 -> new TaskEvent.Refused(live, attempt, "unknown-task", "a lie");
      case 2 -> new TaskEvent.Started(live, attempt);
      default ->
          new TaskEvent.Finished(
              live,
              new TaskMessage.Finished(
                  17,
                  attempt,
                  TaskMessage.Status.SUCCEEDED,
                  0,
                  null,
                  "a lie",
                  1,
                  List.of(),
                  false));
    };
  }
}
