package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.jobs.task.TaskKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/** Makes the offers of tasks; arguments that all tasks of a job share are read once. */
final class Offers {
  /** Jobs whose arguments are remembered. */
  private static final int REMEMBERED = 256;

  private final Map<Long, Arguments> shared = new HashMap<>();

  private record Arguments(JsonNode json, boolean bulky) {
    static Arguments of(String text) {
      return new Arguments(
          Json.read(text),
          text.getBytes(StandardCharsets.UTF_8).length > TaskMessage.MAX_CONTROL_JSON);
    }
  }

  void forgetAll() {
    shared.clear();
  }

  void forget(long job) {
    shared.remove(job);
  }

  void say(Round round, List<TaskKey> offered, BiConsumer<TaskKey, TaskMessage> say) {
    List<TaskKey> own = new ArrayList<>();
    for (TaskKey key : offered) {
      Job job = round.job(key.job());
      if (job != null && job.plan.rendered()) {
        own.add(key);
      }
    }
    Map<TaskKey, String> texts = ArgumentsTable.of(round.handle(), own);
    for (TaskKey key : offered) {
      Job job = round.job(key.job());
      if (job == null) {
        continue;
      }
      Arguments arguments =
          job.plan.rendered()
              ? Arguments.of(texts.getOrDefault(key, "{}"))
              : shared(key.job(), job.plan.arguments());
      say.accept(
          key,
          new TaskMessage.Offer(
              key.job(),
              round.attempt(key),
              job.plan.capability(),
              arguments.json(),
              round.timeout(key),
              arguments.bulky()));
    }
  }

  private Arguments shared(long job, String text) {
    if (shared.size() >= REMEMBERED) {
      shared.clear();
    }
    return shared.computeIfAbsent(job, unused -> Arguments.of(text));
  }
}
