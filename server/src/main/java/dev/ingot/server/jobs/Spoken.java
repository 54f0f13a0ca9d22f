package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.NodeLink;
import dev.ingot.server.jobs.task.TaskEvent;
import dev.ingot.server.jobs.task.TaskKey;
import java.util.function.BiConsumer;

/** What a node said of a task, as what happened to it. */
final class Spoken {
  private Spoken() {}

  /** The task that a node's message is about, 0 for none. */
  static long task(TaskMessage message) {
    return switch (message) {
      case TaskMessage.Accept(long task, int _) -> task;
      case TaskMessage.Refuse refuse -> refuse.task();
      case TaskMessage.Started(long task, int _) -> task;
      case TaskMessage.Output(long task, int _, OutputChunk _) -> task;
      case TaskMessage.Finished finished -> finished.task();
      case TaskMessage.Capabilities _,
          TaskMessage.CapabilitiesWanted _,
          TaskMessage.Offer _,
          TaskMessage.AcceptCommitted _,
          TaskMessage.OutputAcknowledged _,
          TaskMessage.FinishedAcknowledged _,
          TaskMessage.Cancel _ ->
          0;
    };
  }

  static void apply(
      Round round, NodeLink link, TaskMessage message, BiConsumer<TaskKey, TaskMessage> say) {
    TaskEvent.Session session = Arrival.session(link);
    TaskKey key = new TaskKey(task(message), link.session().nodeId());
    boolean known = round.holds(key);
    switch (message) {
      case TaskMessage.Accept(long task, int attempt) -> {
        round.apply(key, new TaskEvent.Accepted(session, attempt));
        if (!known) {
          say.accept(key, new TaskMessage.Cancel(task, attempt, "the server has no such task"));
        }
      }
      case TaskMessage.Refuse(long task, int attempt, String reason, String detail) ->
          round.apply(key, new TaskEvent.Refused(session, attempt, reason, detail));
      case TaskMessage.Started(long task, int attempt) ->
          round.apply(key, new TaskEvent.Started(session, attempt));
      case TaskMessage.Output(long task, int attempt, OutputChunk chunk) -> {
        round.output(key, attempt, chunk);
        say.accept(
            key, new TaskMessage.OutputAcknowledged(task, attempt, chunk.stream(), chunk.end()));
      }
      case TaskMessage.Finished finished -> finished(round, session, key, finished, known, say);
      case TaskMessage.Capabilities _,
          TaskMessage.CapabilitiesWanted _,
          TaskMessage.Offer _,
          TaskMessage.AcceptCommitted _,
          TaskMessage.OutputAcknowledged _,
          TaskMessage.FinishedAcknowledged _,
          TaskMessage.Cancel _ -> {}
    }
  }

  private static void finished(
      Round round,
      TaskEvent.Session session,
      TaskKey key,
      TaskMessage.Finished finished,
      boolean known,
      BiConsumer<TaskKey, TaskMessage> say) {
    if (!known) {
      say.accept(key, new TaskMessage.FinishedAcknowledged(finished.task(), finished.attempt()));
      return;
    }
    finished.rest().forEach(chunk -> round.output(key, finished.attempt(), chunk));
    boolean first = !round.answered(key);
    if (finished.result() != null && first) {
      round.result(key, finished.attempt(), Json.bytes(finished.result()));
    }
    round.apply(key, new TaskEvent.Finished(session, finished));
  }
}
