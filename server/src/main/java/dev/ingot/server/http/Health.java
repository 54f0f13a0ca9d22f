package dev.ingot.server.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server can be used, part by part. Asked without a token, so it is cheap however often
 * it is asked: one look a second, each part for two seconds at most.
 */
public final class Health implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Supplier<Map<String, Supplier<@Nullable String>>> parts;
  private final ExecutorService checks =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("health-", 0).factory());
  private @Nullable Readiness latest;
  private long looked;
  private volatile boolean stopping;

  /**
   * @param parts each part's name with what says why it is not ready, null when it is
   */
  public Health(Supplier<Map<String, Supplier<@Nullable String>>> parts) {
    this.parts = parts;
  }

  /** From now on it is not ready: no new work should be sent here. */
  public void stopping() {
    stopping = true;
  }

  @Override
  public void close() {
    checks.shutdownNow();
  }

  /**
   * @param components {@code ready}, or the reason why not
   */
  record Readiness(String status, Map<String, String> components) {
    static Readiness of(Map<String, String> components) {
      boolean ready = components.values().stream().allMatch("ready"::equals);
      return new Readiness(ready ? "ready" : "not ready", components);
    }
  }

  Readiness readiness() {
    if (stopping) {
      return Readiness.of(Map.of("server", "stopping"));
    }
    synchronized (this) {
      if (latest == null || System.nanoTime() - looked > FRESH.toNanos()) {
        latest = look();
        looked = System.nanoTime();
      }
      return latest;
    }
  }

  private Readiness look() {
    Map<String, Supplier<@Nullable String>> asked = parts.get();
    List<Callable<String>> questions = new ArrayList<>();
    asked.values().forEach(part -> questions.add(() -> word(part.get())));
    Map<String, String> components = new LinkedHashMap<>();
    try {
      List<Future<String>> answers =
          checks.invokeAll(questions, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      int place = 0;
      for (String name : asked.keySet()) {
        components.put(name, answer(answers.get(place++)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      components.put("server", "interrupted");
    }
    return Readiness.of(components);
  }

  private static String word(@Nullable String why) {
    return why == null ? "ready" : why;
  }

  private static String answer(Future<String> answer) throws InterruptedException {
    if (answer.isCancelled()) {
      return "does not answer within " + PATIENCE.toSeconds() + " s";
    }
    try {
      return answer.get();
    } catch (ExecutionException e) {
      return "cannot be asked";
    }
  }
}
