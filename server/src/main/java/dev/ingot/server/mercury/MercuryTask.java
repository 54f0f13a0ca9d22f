package dev.ingot.server.mercury;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Our tasks as Mercury's. */
final class MercuryTask {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern ID =
      Pattern.compile("([0-9]{1,18})-(?:([0-9]{1,9})-)?([0-9a-f]{42})");

  private MercuryTask() {}

  /** Which of our tasks one of theirs is. */
  record Id(long job, String node) {
    String text() {
      return job + "-" + node;
    }
  }

  /** The task of an id, of any of its attempts; null for what is none. */
  static @Nullable Id id(String text) {
    Attempt attempt = Attempt.of(text);
    return attempt == null ? null : new Id(attempt.job(), attempt.node());
  }

  /**
   * One attempt at a task, which an agent has by this id. The first has the one that people have,
   * and few tasks have another.
   */
  record Attempt(long job, int attempt, String node) {
    String text() {
      return attempt == 1 ? new Id(job, node).text() : job + "-" + attempt + "-" + node;
    }

    static @Nullable Attempt of(String text) {
      Matcher matcher = ID.matcher(text);
      return matcher.matches()
          ? new Attempt(
              Long.parseLong(matcher.group(1)),
              matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2)),
              matcher.group(3))
          : null;
    }
  }

  /**
   * A task.
   *
   * @param job the id of theirs
   * @param task as our API shows it
   * @param place where its agent takes tasks; null where that is none of Mercury's
   */
  static ObjectNode of(
      String job,
      JsonNode instruction,
      String method,
      JsonNode task,
      ForeignTable.@Nullable Place place) {
    String node = task.path("node").stringValue();
    String state = task.path("state").stringValue();
    boolean ended = endedItself(method, state, task);
    String status = ended ? "SUCCESS" : status(state);
    ObjectNode shown = NODES.objectNode();
    String id = new Id(Long.parseLong(task.path("job").stringValue()), node).text();
    shown.put("_id", id).put("task_id", id);
    shown.put("job_id", job).put("mercury_id", node);
    if (place == null) {
      shown.set("host", value(task, "hostname"));
      shown.putNull("port");
    } else {
      shown.put("host", place.host()).put("port", place.port());
    }
    shown.putNull("backend");
    shown.put("method", method);
    shown.set("args", instruction.has("args") ? instruction.path("args") : NODES.arrayNode());
    shown.set(
        "kwargs", instruction.has("kwargs") ? instruction.path("kwargs") : NODES.objectNode());
    shown.put("status", status).put("action", action(state, task));
    shown.put("progress", task.path("finished").isString() ? 1.0 : 0.0);
    shown.set("message", message(state, task, ended));
    shown.set("traceback", value(task.path("result"), Ends.TRACEBACK));
    shown.put("timeout", task.path("timeoutSeconds").asInt(0));
    shown.set("time_started", time(task, "started"));
    shown.set("time_updated", updated(task));
    shown.set("time_completed", time(task, "finished"));
    return shown.putNull("ttl_time_completed");
  }

  /** Whether a command of theirs was run to an end that is no zero: to them that is a success. */
  private static boolean endedItself(String method, String state, JsonNode task) {
    String reason = task.path("reason").asString("");
    return method.equals("run")
        && state.equals("failed")
        && task.path("exit").asInt(0) != 0
        && (reason.startsWith("exit status ") || reason.startsWith("ended by signal "));
  }

  private static String status(String state) {
    return switch (state) {
      case "pending", "offered" -> "NEW";
      case "accepted" -> "DISPATCHED";
      case "running" -> "STARTED";
      case "succeeded" -> "SUCCESS";
      case "timed out" -> "TIMEOUT";
      default -> "ERROR"; // failed, cancelled, lost, refused
    };
  }

  private static String action(String state, JsonNode task) {
    return switch (state) {
      case "pending" -> task.path("reason").asString("New Task");
      case "offered", "accepted" -> "New Task";
      case "running" -> "Running";
      default -> "Completed";
    };
  }

  /** What came of it: a result, output, or why there is none. */
  private static JsonNode message(String state, JsonNode task, boolean ended) {
    if (!task.path("finished").isString()) {
      return NODES.objectNode();
    }
    if (task.has("result") && !task.path("result").isNull() && !task.has("stdout")) {
      return Ends.message(task.path("result"));
    }
    if (!task.has("exit") && !task.has("stdout") && !task.has("stderr")) {
      return NODES.stringNode(
          state.equals("succeeded") ? "" : state + ": " + task.path("reason").asString(""));
    }
    ObjectNode message = NODES.objectNode();
    message.put("stdout", task.path("stdout").asString(""));
    message.put("stderr", task.path("stderr").asString(""));
    message.set("returncode", value(task, "exit"));
    if (!ended && task.path("reason").isString()) {
      message.put("error", task.path("reason").stringValue());
    }
    return message;
  }

  private static JsonNode value(JsonNode task, String key) {
    return task.has(key) ? task.path(key) : NODES.nullNode();
  }

  private static JsonNode time(JsonNode task, String key) {
    JsonNode time = task.path(key);
    return time.isString()
        ? NODES.numberNode(Shown.seconds(Instant.parse(time.stringValue())))
        : NODES.nullNode();
  }

  private static JsonNode updated(JsonNode task) {
    for (String key : new String[] {"finished", "started", "accepted", "offered"}) {
      JsonNode time = time(task, key);
      if (!time.isNull()) {
        return time;
      }
    }
    return time(task, "created");
  }
}
