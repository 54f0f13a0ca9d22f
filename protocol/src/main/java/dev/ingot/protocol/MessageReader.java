package dev.ingot.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** JSON to messages, within bounds. */
final class MessageReader {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{" + Digests.LENGTH + "}");

  /** More sections than there are inspectors. */
  private static final int MAX_SECTIONS = 256;

  private static final int MAX_LINES = 1000;
  private static final int MAX_NAME = 64;
  private static final int MAX_ID = 128;
  private static final int MAX_SECRET = 512;
  static final int MAX_DETAIL = 4096;
  private static final int MAX_FEATURES = 64;

  private static final Map<String, Lane> LANES =
      Arrays.stream(Lane.values()).collect(Collectors.toMap(Lane::word, Function.identity()));
  private static final Map<String, FieldClass> CLASSES =
      Map.of(
          "identity", FieldClass.IDENTITY,
          "config", FieldClass.CONFIG,
          "counter", FieldClass.COUNTER,
          "reading", FieldClass.READING);

  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SECTION_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

  private MessageReader() {}

  static Message read(String type, Fields fields) {
    return switch (type) {
      case "hello" -> readHello(fields);
      case "welcome" ->
          new Message.Welcome(
              fields.small("protocol", 1, Integer.MAX_VALUE),
              features(fields),
              fields.text("node", MAX_ID),
              fields.flag("pending", false),
              fields.small("heartbeat", 1, 3600),
              fields.small("silence", 1, 86_400),
              fields.flag("digestsDiffer", false));
      case "refusal" ->
          new Message.Refusal(
              fields.text("reason", MAX_NAME),
              fields.text("detail", MAX_DETAIL),
              fields.small("retryAfter", 0, 86_400));
      case "goodbye" ->
          new Message.Goodbye(fields.text("reason", MAX_DETAIL), fields.small("within", 0, 86_400));
      case "digests" ->
          new Message.SectionDigests(fields.textMap("digests", MAX_SECTIONS, MAX_NAME));
      case "wanted" -> new Message.Wanted(fields.texts("sections", MAX_SECTIONS, MAX_NAME));
      case "report" ->
          new Message.Report(
              fields.number("sequence", 1, Long.MAX_VALUE),
              time(fields),
              fields.list("sections", MAX_SECTIONS, MessageReader::readSection),
              digestsOfReport(fields));
      case "ack" -> new Message.Ack(fields.number("sequence", 0, Long.MAX_VALUE));
      case "rejected" ->
          new Message.Rejected(
              fields.number("sequence", 1, Long.MAX_VALUE),
              fields.text("section", MAX_NAME),
              fields.text("reason", MAX_NAME),
              fields.text("detail", MAX_DETAIL));
      case "ask" ->
          new Message.Ask(fields.word("lane", LANES), fields.number("bytes", 1, Long.MAX_VALUE));
      case "credit" ->
          new Message.Credit(
              fields.word("lane", LANES), fields.number("bytes", 1, Integer.MAX_VALUE));
      case "inspect" ->
          new Message.Inspect(
              fields.number("request", 0, Long.MAX_VALUE),
              fields.texts("sections", MAX_SECTIONS, MAX_NAME));
      case "inspected" -> new Message.Inspected(fields.number("request", 0, Long.MAX_VALUE));
      case "logs" ->
          new Message.Logs(
              fields.number("sequence", 1, Long.MAX_VALUE),
              fields.value("dropped") == null ? 0 : fields.number("dropped", 0, Long.MAX_VALUE),
              fields.list("lines", MAX_LINES, MessageReader::readLine));
      case "logs-stored" -> new Message.LogsStored(fields.number("sequence", 1, Long.MAX_VALUE));
      case "plugin-result" -> new PluginMessage.Result(PluginMessages.result(fields));
      case "plugin-stored" -> PluginMessages.stored(fields);
      case "unsupported" -> new Message.Unsupported(fields.text("unknown", MAX_NAME));
      default -> TaskMessageReader.read(type, fields);
    };
  }

  private static Message readHello(Fields fields) {
    return new Message.Hello(
        versions(fields),
        features(fields),
        fields.text("agent", MAX_NAME),
        FactsCodec.decode(fields.inner("facts")),
        fields.text("boot", MAX_ID),
        fields.text("incarnation", MAX_ID),
        fields.number("session", 1, Long.MAX_VALUE),
        fields.textOrNull("hostname", 255),
        proof(fields),
        fields.text("digest", MAX_NAME),
        fields.textOrNull("capabilities", MAX_NAME),
        fields.value("tasks") == null
            ? List.of()
            : fields.list("tasks", HeldTask.MOST, TaskMessageReader::held));
  }

  private static VersionRange versions(Fields fields) {
    JsonNode range = fields.value("protocol");
    if (range == null
        || !range.isArray()
        || range.size() != 2
        || !range.get(0).isInt()
        || !range.get(1).isInt()) {
      throw new ProtocolException("malformed", "hello.protocol: [lowest, highest] is wanted here");
    }
    return new VersionRange(range.get(0).intValue(), range.get(1).intValue());
  }

  private static Set<String> features(Fields fields) {
    return fields.value("features") == null
        ? Set.of()
        : Set.copyOf(fields.texts("features", MAX_FEATURES, MAX_NAME));
  }

  private static Proof proof(Fields fields) {
    String key = fields.text("key", MAX_SECRET);
    if (!KEY.matcher(key).matches()) {
      throw new ProtocolException("malformed", "hello.key: 64 lower-case hex digits are wanted");
    }
    String token = fields.textOrNull("token", MAX_SECRET);
    String ticket = fields.textOrNull("ticket", MAX_SECRET);
    if (token != null && ticket != null) {
      throw new ProtocolException("malformed", "hello.ticket: a token is given already");
    }
    if (token != null) {
      return new Proof(key, new Proof.Voucher(Proof.Kind.TOKEN, token));
    }
    return new Proof(key, ticket == null ? null : new Proof.Voucher(Proof.Kind.TICKET, ticket));
  }

  private static Map<String, String> digestsOfReport(Fields fields) {
    if (fields.value("digests") == null) {
      return Map.of();
    }
    Map<String, String> digests = fields.textMap("digests", MAX_SECTIONS, MAX_NAME);
    digests.forEach(
        (name, digest) -> {
          if (!DIGEST.matcher(digest).matches()) {
            throw new ProtocolException(
                "malformed",
                "%s.digests.%s: %d hexadecimal digits are wanted here"
                    .formatted(fields.path(), name, Digests.LENGTH));
          }
        });
    return digests;
  }

  private static Section readSection(Fields fields) {
    JsonNode content = fields.value("content");
    String failure = fields.textOrNull("failure", MAX_DETAIL);
    if (content == null && failure == null) {
      throw new ProtocolException(
          "malformed", fields.path() + ": neither content nor the failure that explains why");
    }
    if (content != null && !content.isContainer()) {
      throw new ProtocolException(
          "malformed", fields.path() + ".content: an object or a list is wanted here");
    }
    Map<String, FieldClass> classes = new TreeMap<>();
    if (fields.value("classes") != null) {
      for (String pattern : fields.textMap("classes", 4096, 512).keySet()) {
        classes.put(pattern, fields.inner("classes").word(pattern, CLASSES));
      }
    }
    String name = fields.text("name", MAX_NAME);
    if (!SECTION_NAME.matcher(name).matches()) {
      throw new ProtocolException(
          "malformed", fields.path() + ".name: lower-case letters, digits and _ are wanted here");
    }
    return new Section(name, content, failure, new FieldClasses(classes));
  }

  private static LogLine readLine(Fields fields) {
    return new LogLine(
        time(fields),
        fields.small("severity", 0, 7),
        fields.text("source", MAX_NAME),
        fields.value("job") == null ? null : fields.number("job", 1, Long.MAX_VALUE),
        fields.value("task") == null ? null : fields.number("task", 1, Long.MAX_VALUE),
        fields.text("message", LogLine.MAX_MESSAGE),
        fields.value("fields") == null
            ? Map.of()
            : fields.textMap("fields", LogLine.MAX_FIELDS, LogLine.MAX_FIELD));
  }

  /** A clock may say anything; only what is no time at all is refused. */
  private static Instant time(Fields fields) {
    try {
      return Instant.parse(fields.text("time", MAX_NAME));
    } catch (DateTimeException e) {
      throw new ProtocolException(
          "malformed", fields.path() + ".time: an ISO 8601 time is wanted here", e);
    }
  }
}
