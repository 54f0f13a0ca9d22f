package dev.ingot.protocol;

import dev.ingot.core.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Messages to JSON. */
final class MessageWriter {
  private MessageWriter() {}

  static ObjectNode write(Message message) {
    ObjectNode object = Json.MAPPER.createObjectNode();
    return switch (message) {
      case Message.Hello hello -> hello(object, hello);
      case Message.Welcome welcome -> welcome(object, welcome);
      case Message.Refusal(String reason, String detail, int retryAfter) ->
          object
              .put("type", "refusal")
              .put("reason", reason)
              .put("detail", cut(detail))
              .put("retryAfter", retryAfter);
      case Message.Goodbye(String reason, int within) ->
          object.put("type", "goodbye").put("reason", reason).put("within", within);
      case Message.SectionDigests(Map<String, String> digests) -> {
        object.put("type", "digests");
        yield digests(object, digests);
      }
      case Message.Wanted(List<String> sections) ->
          texts(object.put("type", "wanted"), "sections", sections);
      case Message.Report(
              long sequence,
              Instant nodeTime,
              List<Section> sections,
              Map<String, String> digests) -> {
        object.put("type", "report").put("sequence", sequence).put("time", nodeTime.toString());
        object.set("sections", Json.MAPPER.createArrayNode());
        sections.forEach(section -> object.withArray("sections").add(section(section)));
        yield digests.isEmpty() ? object : digests(object, digests);
      }
      case Message.Ack(long sequence) -> object.put("type", "ack").put("sequence", sequence);
      case Message.Rejected(long sequence, String section, String reason, String detail) ->
          object
              .put("type", "rejected")
              .put("sequence", sequence)
              .put("section", section)
              .put("reason", reason)
              .put("detail", cut(detail));
      case Message.Ask(Lane lane, long bytes) ->
          object.put("type", "ask").put("lane", lane.word()).put("bytes", bytes);
      case Message.Credit(Lane lane, long bytes) ->
          object.put("type", "credit").put("lane", lane.word()).put("bytes", bytes);
      case Message.Inspect(long request, List<String> sections) ->
          texts(object.put("type", "inspect").put("request", request), "sections", sections);
      case Message.Inspected(long request) ->
          object.put("type", "inspected").put("request", request);
      case Message.Logs logs -> logs(object, logs);
      case Message.LogsStored(long sequence) ->
          object.put("type", "logs-stored").put("sequence", sequence);
      case Message.Unsupported(String type) ->
          object.put("type", "unsupported").put("unknown", type);
      case Message.Unknown(String type) -> object.put("type", type);
      case PluginMessage plugin -> PluginMessages.write(object, plugin);
      case TaskMessage task -> TaskMessageWriter.write(object, task);
    };
  }

  private static ObjectNode hello(ObjectNode object, Message.Hello hello) {
    object.put("type", "hello");
    object.putArray("protocol").add(hello.versions().min()).add(hello.versions().max());
    if (!hello.features().isEmpty()) {
      texts(object, "features", new TreeSet<>(hello.features()));
    }
    object.put("agent", hello.agentVersion());
    object.put("boot", hello.bootId());
    object.put("incarnation", hello.incarnation());
    object.put("session", hello.session());
    if (hello.hostname() != null) {
      object.put("hostname", hello.hostname());
    }
    object.put("key", hello.proof().key());
    if (hello.proof().voucher() instanceof Proof.Voucher(Proof.Kind kind, String secret)) {
      object.put(kind.word(), secret);
    }
    object.set("facts", FactsCodec.encode(hello.facts()));
    object.put("digest", hello.digest());
    if (hello.capabilities() != null) {
      object.put("capabilities", hello.capabilities());
    }
    if (!hello.tasks().isEmpty()) {
      ArrayNode tasks = object.putArray("tasks");
      hello.tasks().forEach(held -> TaskMessageWriter.held(tasks, held));
    }
    return object;
  }

  private static ObjectNode welcome(ObjectNode object, Message.Welcome welcome) {
    object.put("type", "welcome").put("protocol", welcome.version());
    if (!welcome.features().isEmpty()) {
      texts(object, "features", new TreeSet<>(welcome.features()));
    }
    object.put("node", welcome.nodeId());
    if (welcome.pending()) {
      object.put("pending", true);
    }
    object.put("heartbeat", welcome.heartbeatSeconds()).put("silence", welcome.silenceSeconds());
    if (welcome.digestsDiffer()) {
      object.put("digestsDiffer", true);
    }
    return object;
  }

  private static ObjectNode logs(ObjectNode object, Message.Logs logs) {
    object.put("type", "logs").put("sequence", logs.sequence());
    if (logs.dropped() > 0) {
      object.put("dropped", logs.dropped());
    }
    ArrayNode lines = object.putArray("lines");
    for (LogLine line : logs.lines()) {
      ObjectNode each = lines.addObject();
      each.put("time", line.time().toString()).put("severity", line.severity());
      each.put("source", line.source());
      if (line.job() != null) {
        each.put("job", line.job());
      }
      if (line.task() != null) {
        each.put("task", line.task());
      }
      each.put("message", line.message());
      if (!line.fields().isEmpty()) {
        ObjectNode fields = each.putObject("fields");
        new TreeMap<>(line.fields()).forEach(fields::put);
      }
    }
    return object;
  }

  private static ObjectNode digests(ObjectNode object, Map<String, String> digests) {
    ObjectNode each = object.putObject("digests");
    new TreeMap<>(digests).forEach(each::put);
    return object;
  }

  private static ObjectNode section(Section section) {
    ObjectNode object = Json.MAPPER.createObjectNode().put("name", section.name());
    if (section.content() != null) {
      object.set("content", section.content());
    }
    if (section.failure() != null) {
      object.put("failure", cut(section.failure()));
    }
    if (!section.classes().byPattern().isEmpty()) {
      ObjectNode classes = object.putObject("classes");
      new TreeMap<>(section.classes().byPattern())
          .forEach((pattern, each) -> classes.put(pattern, word(each)));
    }
    return object;
  }

  private static String word(FieldClass fieldClass) {
    return switch (fieldClass) {
      case IDENTITY -> "identity";
      case CONFIG -> "config";
      case COUNTER -> "counter";
      case READING -> "reading";
    };
  }

  private static ObjectNode texts(ObjectNode object, String field, Iterable<String> texts) {
    object.putArray(field);
    texts.forEach(text -> object.withArray(field).add(text));
    return object;
  }

  static String cut(String text) {
    return text.length() <= MessageReader.MAX_DETAIL
        ? text
        : text.substring(0, MessageReader.MAX_DETAIL - 1) + "…";
  }
}
