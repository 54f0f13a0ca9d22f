package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What {@code POST /jobs} asks for.
 *
 * @param on the target: text, or a filter as an object
 * @param timeout per task: seconds, or text such as {@code 90s}, {@code 10m}, {@code 2h}
 * @param expiry how long a task waits for a node that is offline or busy
 */
record JobRequest(
    JsonNode on,
    String capability,
    @Nullable JsonNode arguments,
    @Nullable String instruction,
    @Nullable String preprocessor,
    @Nullable JsonNode timeout,
    @Nullable Integer concurrency,
    @Nullable Integer canary,
    @Nullable Integer batch,
    @Nullable StopAfter stopAfter,
    @Nullable Integer retries,
    @Nullable JsonNode expiry,
    @Nullable Priority priority,
    @Nullable Boolean dryRun,
    @Nullable Boolean allowProtected) {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|min|h|d)");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
  private static final int MOST_RETRIES = 10;
  private static final int LONGEST_INSTRUCTION = 512 << 10;
  private static final Duration LONGEST_EXPIRY = Duration.ofDays(90);

  /** Up to so many nodes a job is interactive unless it says otherwise. */
  private static final int INTERACTIVE = 20;

  record StopAfter(@Nullable Integer failures, @Nullable Integer percent) {}

  enum Priority {
    INTERACTIVE,
    BULK
  }

  /** Refuses what cannot be, whatever the nodes are. */
  void check() {
    if (!NAME.matcher(capability).matches()) {
      throw Problem.invalid("capability", "must be a capability's name, such as run");
    }
    if (!on.isString() && !on.isObject()) {
      throw Problem.invalid("on", "must be a string, or a filter as an object");
    }
    checkArguments();
    atLeast("concurrency", concurrency, 1, Integer.MAX_VALUE);
    atLeast("canary", canary, 1, Integer.MAX_VALUE);
    atLeast("batch", batch, 1, Integer.MAX_VALUE);
    atLeast("retries", retries, 0, MOST_RETRIES);
    if (stopAfter != null) {
      atLeast("stopAfter.failures", stopAfter.failures(), 1, Integer.MAX_VALUE);
      atLeast("stopAfter.percent", stopAfter.percent(), 1, 100);
    }
    timeoutSeconds();
    expirySeconds(Duration.ofSeconds(1));
  }

  private void checkArguments() {
    if (arguments != null) {
      if (!arguments.isObject()) {
        throw Problem.invalid("arguments", "must be an object");
      }
      checkSize("arguments", arguments);
    }
    if (preprocessor == null && instruction != null) {
      throw Problem.invalid("preprocessor", "is missing: who makes arguments of the instruction?");
    }
    if (preprocessor != null && instruction == null) {
      throw Problem.invalid("instruction", "is missing: what the preprocessor works on");
    }
    if (instruction != null && instruction.length() > LONGEST_INSTRUCTION) {
      throw Problem.invalid("instruction", "is longer than " + LONGEST_INSTRUCTION + " characters");
    }
    if (instruction != null && instruction.indexOf('\0') >= 0) {
      throw Problem.invalid("instruction", "has a NUL character in it");
    }
  }

  static void checkSize(String field, JsonNode arguments) {
    String text = Json.write(arguments);
    int size = text.getBytes(StandardCharsets.UTF_8).length;
    if (size > TaskMessage.MAX_JSON) {
      throw Problem.invalid(
          field,
          "are %d bytes as JSON, at most %d go to a node; send a file by upload"
              .formatted(size, TaskMessage.MAX_JSON));
    }
  }

  private static void atLeast(String field, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw Problem.invalid(
          field,
          most == Integer.MAX_VALUE
              ? "must be at least " + least
              : "must be from " + least + " to " + most);
    }
  }

  /** The target as text. */
  String target() {
    return on.isString() ? on.stringValue() : Json.write(on);
  }

  /** Null: the capability's own. */
  @Nullable Integer timeoutSeconds() {
    return timeout == null
        ? null
        : seconds("timeout", timeout, Duration.ofSeconds(CapabilitySignature.LONGEST_TIMEOUT));
  }

  int expirySeconds(Duration otherwise) {
    return expiry == null ? (int) otherwise.toSeconds() : seconds("expiry", expiry, LONGEST_EXPIRY);
  }

  boolean isDryRun() {
    return dryRun != null && dryRun;
  }

  boolean mayProtected() {
    return allowProtected != null && allowProtected;
  }

  boolean isBulk(int nodes) {
    return priority == null ? nodes > INTERACTIVE : priority == Priority.BULK;
  }

  private static int seconds(String field, JsonNode value, Duration most) {
    Problem wrong =
        Problem.invalid(
            field,
            "must be seconds from 1 to " + most.toSeconds() + ", or a time such as 90s, 10m or 2h");
    long seconds;
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      seconds = value.longValue();
    } else if (value.isString()) {
      Matcher time = TIME.matcher(value.stringValue());
      if (!time.matches()) {
        throw wrong;
      }
      long number = Long.parseLong(time.group(1));
      seconds =
          switch (time.group(2)) {
            case "ms" -> (number + 999) / 1000;
            case "s" -> number;
            case "h" -> number * 3600;
            case "d" -> number * 86_400;
            default -> number * 60;
          };
    } else {
      throw wrong;
    }
    if (seconds < 1 || seconds > most.toSeconds()) {
      throw wrong;
    }
    return (int) seconds;
  }
}
