package dev.ingot.protocol;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** JSON to messages about tasks, within bounds. */
final class TaskMessageReader {
  private static final Map<String, OutputChunk.Stream> STREAMS =
      words(OutputChunk.Stream.values(), OutputChunk.Stream::word);
  private static final Map<String, TaskMessage.Status> STATUSES =
      words(TaskMessage.Status.values(), TaskMessage.Status::word);
  private static final Map<String, HeldTask.State> STATES =
      words(HeldTask.State.values(), HeldTask.State::word);

  /** More than a finished task has streams and gaps. */
  private static final int MAX_CHUNKS = 8;

  private TaskMessageReader() {}

  private static <T> Map<String, T> words(T[] values, Function<T, String> word) {
    return Arrays.stream(values).collect(Collectors.toMap(word, Function.identity()));
  }

  /** The message; {@link Message.Unknown} if the type is none of tasks. */
  static Message read(String type, Fields fields) {
    return switch (type) {
      case "capabilities-wanted" -> new TaskMessage.CapabilitiesWanted();
      case "capabilities" ->
          new TaskMessage.Capabilities(
              fields.list("list", CapabilitySignature.MOST, CapabilitySignature::read));
      case "offer" -> {
        JsonNode arguments = fields.object("arguments");
        yield new TaskMessage.Offer(
            task(fields),
            attempt(fields),
            fields.word("capability"),
            arguments,
            fields.small("timeout", 1, CapabilitySignature.LONGEST_TIMEOUT),
            fields.flag("bulky", false));
      }
      case "accept" -> new TaskMessage.Accept(task(fields), attempt(fields));
      case "refuse" ->
          new TaskMessage.Refuse(
              task(fields),
              attempt(fields),
              fields.text("reason", 64),
              fields.text("detail", MessageReader.MAX_DETAIL));
      case "accept-committed" -> new TaskMessage.AcceptCommitted(task(fields), attempt(fields));
      case "started" -> new TaskMessage.Started(task(fields), attempt(fields));
      case "output" -> new TaskMessage.Output(task(fields), attempt(fields), chunk(fields));
      case "output-ack" ->
          new TaskMessage.OutputAcknowledged(
              task(fields),
              attempt(fields),
              fields.word("stream", STREAMS),
              fields.number("offset", 0, Long.MAX_VALUE));
      case "finished" -> finished(fields);
      case "finished-ack" -> new TaskMessage.FinishedAcknowledged(task(fields), attempt(fields));
      case "cancel" ->
          new TaskMessage.Cancel(
              task(fields), attempt(fields), fields.text("reason", MessageReader.MAX_DETAIL));
      default -> new Message.Unknown(type);
    };
  }

  private static TaskMessage.Finished finished(Fields fields) {
    @Nullable Integer exit = null;
    if (fields.value("exit") != null) {
      exit = fields.small("exit", 0, 255);
    }
    return new TaskMessage.Finished(
        task(fields),
        attempt(fields),
        fields.word("status", STATUSES),
        exit,
        fields.value("result") == null ? null : fields.object("result"),
        fields.textOrNull("detail", MessageReader.MAX_DETAIL),
        fields.number("milliseconds", 0, Long.MAX_VALUE),
        fields.value("rest") == null
            ? List.of()
            : fields.list("rest", MAX_CHUNKS, TaskMessageReader::chunk),
        fields.flag("bulky", false));
  }

  private static OutputChunk chunk(Fields fields) {
    String encoded = fields.text("bytes", OutputChunk.MAX_BYTES / 3 * 4 + 8);
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(
          "malformed", fields.path() + ".bytes: base64 is wanted here (RFC 4648 section 4)", e);
    }
    // The end is an offset too.
    long most = Long.MAX_VALUE - OutputChunk.MAX_BYTES;
    return new OutputChunk(
        fields.word("stream", STREAMS),
        fields.number("offset", 0, most),
        bytes,
        fields.value("dropped") == null ? 0 : fields.number("dropped", 0, most));
  }

  static HeldTask held(Fields fields) {
    return new HeldTask(task(fields), attempt(fields), fields.word("state", STATES));
  }

  private static long task(Fields fields) {
    return fields.number("task", 1, Long.MAX_VALUE);
  }

  private static int attempt(Fields fields) {
    return fields.small("attempt", 1, 1_000);
  }
}
