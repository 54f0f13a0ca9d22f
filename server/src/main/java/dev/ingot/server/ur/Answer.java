package dev.ingot.server.ur;

import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.OutputChunk.Stream;
import dev.ingot.protocol.TaskMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an agent of Ur answers, as the end of a task. */
final class Answer {
  private static final int LONGEST_STATUS = 100;

  private Answer() {}

  /** The end that a reply tells. */
  static TaskMessage.Finished of(Request request, JsonNode body) {
    JsonNode status = body.path("exit_status");
    Integer exit = status.isIntegralNumber() && status.canConvertToInt() ? status.asInt() : null;
    String detail;
    if (exit != null) {
      detail = exit == 0 ? null : "exit status " + exit;
    } else if (status.isString()) {
      String word = status.stringValue();
      detail =
          "the agent did not run it: " + word.substring(0, Math.min(LONGEST_STATUS, word.length()));
    } else {
      detail =
          body.has("exit_status")
              ? "ended by a signal, as far as Ur says it"
              : "the agent's answer has no exit_status";
    }
    List<OutputChunk> output = new ArrayList<>();
    chunks(Stream.STDOUT, body.path("stdout"), output);
    chunks(Stream.STDERR, body.path("stderr"), output);
    return new TaskMessage.Finished(
        request.job(),
        request.attempt(),
        exit != null && exit == 0 ? TaskMessage.Status.SUCCEEDED : TaskMessage.Status.FAILED,
        exit,
        null,
        detail,
        request.milliseconds(),
        output,
        false);
  }

  /** An end of which the agent says nothing. */
  static TaskMessage.Finished ended(Request request, TaskMessage.Status status, String detail) {
    return new TaskMessage.Finished(
        request.job(),
        request.attempt(),
        status,
        null,
        null,
        detail,
        request.milliseconds(),
        List.of(),
        false);
  }

  /** As of every task: the beginning and the end of what it wrote. */
  private static void chunks(Stream stream, @Nullable JsonNode said, List<OutputChunk> output) {
    if (said == null || !said.isString()) {
      return;
    }
    byte[] bytes = said.stringValue().getBytes(StandardCharsets.UTF_8);
    int head = Math.min(bytes.length, OutputChunk.HEAD);
    int tail = Math.max(head, bytes.length - OutputChunk.TAIL);
    cut(stream, bytes, 0, head, 0, output);
    cut(stream, bytes, tail, bytes.length, tail - head, output);
  }

  private static void cut(
      Stream stream, byte[] bytes, int from, int to, long dropped, List<OutputChunk> output) {
    long before = dropped;
    for (int at = from; at < to; at += OutputChunk.MAX_BYTES) {
      int end = Math.min(to, at + OutputChunk.MAX_BYTES);
      output.add(new OutputChunk(stream, at, Arrays.copyOfRange(bytes, at, end), before));
      before = 0;
    }
  }
}
