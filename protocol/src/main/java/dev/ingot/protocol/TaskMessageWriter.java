package dev.ingot.protocol;

import java.util.Base64;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Messages about tasks to JSON. */
final class TaskMessageWriter {
  private TaskMessageWriter() {}

  static ObjectNode write(ObjectNode object, TaskMessage message) {
    return switch (message) {
      case TaskMessage.CapabilitiesWanted() -> object.put("type", "capabilities-wanted");
      case TaskMessage.Capabilities(var list) -> {
        ArrayNode array = object.put("type", "capabilities").putArray("list");
        list.forEach(signature -> array.add(signature.toJson()));
        yield object;
      }
      case TaskMessage.Offer offer -> {
        begin(object, "offer", offer.task(), offer.attempt());
        object.put("capability", offer.capability()).set("arguments", offer.arguments());
        object.put("timeout", offer.timeoutSeconds());
        yield bulky(object, offer.bulky());
      }
      case TaskMessage.Accept(long task, int attempt) -> begin(object, "accept", task, attempt);
      case TaskMessage.Refuse(long task, int attempt, String reason, String detail) ->
          begin(object, "refuse", task, attempt)
              .put("reason", reason)
              .put("detail", MessageWriter.cut(detail));
      case TaskMessage.AcceptCommitted(long task, int attempt) ->
          begin(object, "accept-committed", task, attempt);
      case TaskMessage.Started(long task, int attempt) -> begin(object, "started", task, attempt);
      case TaskMessage.Output(long task, int attempt, OutputChunk chunk) ->
          chunk(begin(object, "output", task, attempt), chunk);
      case TaskMessage.OutputAcknowledged(
              long task,
              int attempt,
              OutputChunk.Stream stream,
              long offset) ->
          begin(object, "output-ack", task, attempt)
              .put("stream", stream.word())
              .put("offset", offset);
      case TaskMessage.Finished finished -> finished(object, finished);
      case TaskMessage.FinishedAcknowledged(long task, int attempt) ->
          begin(object, "finished-ack", task, attempt);
      case TaskMessage.Cancel(long task, int attempt, String reason) ->
          begin(object, "cancel", task, attempt).put("reason", MessageWriter.cut(reason));
    };
  }

  private static ObjectNode begin(ObjectNode object, String type, long task, int attempt) {
    return object.put("type", type).put("task", task).put("attempt", attempt);
  }

  private static ObjectNode finished(ObjectNode object, TaskMessage.Finished finished) {
    begin(object, "finished", finished.task(), finished.attempt());
    object.put("status", finished.status().word());
    if (finished.exit() != null) {
      object.put("exit", finished.exit());
    }
    if (finished.result() != null) {
      object.set("result", finished.result());
    }
    if (finished.detail() != null) {
      object.put("detail", MessageWriter.cut(finished.detail()));
    }
    object.put("milliseconds", finished.milliseconds());
    if (!finished.rest().isEmpty()) {
      ArrayNode rest = object.putArray("rest");
      finished.rest().forEach(chunk -> chunk(rest.addObject(), chunk));
    }
    return bulky(object, finished.bulky());
  }

  private static ObjectNode chunk(ObjectNode object, OutputChunk chunk) {
    object.put("stream", chunk.stream().word()).put("offset", chunk.offset());
    object.put("bytes", Base64.getEncoder().encodeToString(chunk.bytes()));
    if (chunk.dropped() > 0) {
      object.put("dropped", chunk.dropped());
    }
    return object;
  }

  private static ObjectNode bulky(ObjectNode object, boolean bulky) {
    return bulky ? object.put("bulky", true) : object;
  }

  static void held(ArrayNode array, HeldTask held) {
    array
        .addObject()
        .put("task", held.task())
        .put("attempt", held.attempt())
        .put("state", held.state().word());
  }
}
