package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.jobs.task.TaskEvent;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What Mercury's agents say of a task's end, in our words. */
final class Ends {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Where a result has what an agent said of an exception. */
  static final String TRACEBACK = "traceback";

  /** How the reason begins of an end that is the server's word and not the agent's. */
  static final String UNTOLD = "the agent did not ";

  private static final String MESSAGE = "message";
  private static final int LONGEST_DETAIL = 1_000;

  /** Bits of an exit status that is kept as a number; those of Linux have eight. */
  private static final int LONGEST_EXIT = 15;

  private static final BigInteger SIGNALS = BigInteger.valueOf(128);

  private Ends() {}

  /** The end that {@code complete_task} tells. */
  static TaskMessage.Finished of(Request request, ObjectNode said) {
    JsonNode message = said.path(MESSAGE);
    List<OutputChunk> output = new ArrayList<>();
    BigInteger code = code(message);
    JsonNode result = null;
    if (isRun(message) && message instanceof ObjectNode object) {
      chunks(OutputChunk.Stream.STDOUT, object.path("stdout"), output);
      chunks(OutputChunk.Stream.STDERR, object.path("stderr"), output);
    } else {
      JsonNode traceback = traceback(said);
      result = result(message, traceback);
      if (result != null && Json.bytes(result).length > TaskMessage.MAX_JSON) {
        chunks(OutputChunk.Stream.STDOUT, message, output);
        result = result(NODES.nullNode(), traceback);
        if (result != null && Json.bytes(result).length > TaskMessage.MAX_JSON) {
          chunks(OutputChunk.Stream.STDERR, traceback, output);
          result = null;
        }
      }
    }
    TaskMessage.Status status = status(said);
    boolean failed = status == TaskMessage.Status.FAILED;
    return new TaskMessage.Finished(
        request.task().job(),
        request.task().attempt(),
        status,
        code == null || code.bitLength() > LONGEST_EXIT ? null : Integer.valueOf(code.intValue()),
        result,
        failed ? detail(said, code) : null,
        request.milliseconds(),
        output,
        false);
  }

  /** Whether it failed: by its agent's word, or by the exit status of what it ran. */
  static TaskMessage.Status status(ObjectNode said) {
    BigInteger code = code(said.path(MESSAGE));
    return said.path("status").asString("").equals("SUCCESS")
            && (code == null || code.signum() == 0)
        ? TaskMessage.Status.SUCCEEDED
        : TaskMessage.Status.FAILED;
  }

  /** What Mercury's run says: what a process wrote, and how it ended. */
  private static boolean isRun(JsonNode message) {
    return message.isObject() && message.has("stdout") && message.has("returncode");
  }

  private static @Nullable BigInteger code(JsonNode message) {
    JsonNode returned = message.path("returncode");
    return isRun(message) && returned.isIntegralNumber() ? exit(returned.bigIntegerValue()) : null;
  }

  /** What a task returns: a map; null if nothing was said. {@link #message} is the reverse. */
  private static @Nullable JsonNode result(JsonNode message, JsonNode traceback) {
    boolean empty = message.isMissingNode() || message.isNull();
    if (traceback.isNull()) {
      return empty ? null : message.isObject() ? message : NODES.objectNode().set(MESSAGE, message);
    }
    ObjectNode both = NODES.objectNode();
    if (!empty) {
      both.set(MESSAGE, message);
    }
    return both.set(TRACEBACK, traceback);
  }

  /** What an agent said, of the result that was made of it. */
  static JsonNode message(JsonNode result) {
    boolean traced = result.has(TRACEBACK) && result.size() == (result.has(MESSAGE) ? 2 : 1);
    return traced || (result.size() == 1 && result.has(MESSAGE))
        ? result.has(MESSAGE) ? result.path(MESSAGE) : NODES.nullNode()
        : result;
  }

  /** Agents of before 2018 have another word for it; null if there is none. */
  private static JsonNode traceback(ObjectNode said) {
    JsonNode told = said.path(said.has(TRACEBACK) ? TRACEBACK : "traceback_info");
    return told.isMissingNode() || (told.isEmpty() && !told.isString()) ? NODES.nullNode() : told;
  }

  /** As of every task: 128 and the signal that ended it, which Python counts below zero. */
  private static BigInteger exit(BigInteger code) {
    return code.signum() < 0 ? SIGNALS.subtract(code) : code;
  }

  private static String detail(ObjectNode said, @Nullable BigInteger exit) {
    JsonNode traceback = traceback(said);
    if (traceback.isString()) {
      return shortened(traceback.stringValue());
    }
    if (traceback.isObject()) {
      return shortened(
          traceback.path("exc_type").asString("an exception")
              + ": "
              + traceback.path("exc_value").asString(""));
    }
    JsonNode message = said.path(MESSAGE);
    if (message.path("error").isString()) {
      return shortened(message.path("error").stringValue());
    }
    if (message.isString()) {
      return shortened(message.stringValue());
    }
    return exit == null
        ? "the agent says " + Wording.shown(said.path("status").asString("nothing"))
        : shortened("exit status " + exit);
  }

  /** What a column can hold. */
  private static String shortened(String text) {
    String cut = text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL) + "…";
    return Wording.storable(cut);
  }

  /** An end of which the agent says nothing. */
  static TaskMessage.Finished ended(Request request, TaskMessage.Status status, String detail) {
    return new TaskMessage.Finished(
        request.task().job(),
        request.task().attempt(),
        status,
        null,
        null,
        detail,
        request.milliseconds(),
        List.of(),
        false);
  }

  /**
   * The end of a task that an agent was given and did not take; null if it took it.
   *
   * @param reply null if it did not answer
   */
  static TaskMessage.@Nullable Finished refused(Request request, @Nullable JsonNode reply) {
    if (reply == null) {
      return ended(
          request,
          TaskMessage.Status.FAILED,
          UNTOLD + "answer when it was given the task: it may run");
    }
    // Agents of before 2018 say it without a message around it.
    JsonNode answer = reply.path(MESSAGE).isObject() ? reply.path(MESSAGE) : reply;
    JsonNode status = answer.path("status");
    if (status.isIntegralNumber() && status.asInt(-1) == 0) {
      return null;
    }
    JsonNode why = answer.path(answer.path("data").isNull() ? MESSAGE : "data");
    return ended(
        request,
        TaskMessage.Status.FAILED,
        (UNTOLD + "take it: status %s, %s")
            .formatted(Wording.shown(status.toString()), Wording.shown(why.toString())));
  }

  /** Of a task whose agent is lost. */
  static TaskMessage silent(Request request) {
    String detail = "its agent answers no pings any more";
    return new TaskMessage.Refuse(
        request.task().job(),
        request.task().attempt(),
        TaskEvent.Refused.SILENT,
        request.sent() ? detail + ": it may have run" : detail);
  }

  /** As of every task: the beginning and the end of what it wrote. */
  private static void chunks(OutputChunk.Stream stream, JsonNode said, List<OutputChunk> output) {
    String text = said.isString() ? said.stringValue() : said.isNull() ? "" : Json.write(said);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int head = Math.min(bytes.length, OutputChunk.HEAD);
    int tail = Math.max(head, bytes.length - OutputChunk.TAIL);
    cut(stream, bytes, 0, head, 0, output);
    cut(stream, bytes, tail, bytes.length, tail - head, output);
  }

  private static void cut(
      OutputChunk.Stream stream,
      byte[] bytes,
      int from,
      int to,
      long dropped,
      List<OutputChunk> output) {
    long before = dropped;
    for (int at = from; at < to; at += OutputChunk.MAX_BYTES) {
      int end = Math.min(to, at + OutputChunk.MAX_BYTES);
      output.add(new OutputChunk(stream, at, Arrays.copyOfRange(bytes, at, end), before));
      before = 0;
    }
  }
}
