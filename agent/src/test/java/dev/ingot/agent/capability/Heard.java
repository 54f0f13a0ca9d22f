package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Plays the link: gives tasks and keeps what is told of them. */
final class Heard implements TaskListener {
  private static final int KEPT = 1 << 20;

  private final List<String> order = new ArrayList<>();
  private final Map<Long, CompletableFuture<TaskEnd>> ends = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<Void>> starts = new ConcurrentHashMap<>();
  private final Map<Long, String> refusals = new TreeMap<>();
  private final Map<String, ByteArrayOutputStream> outputs = new ConcurrentHashMap<>();
  private final Map<String, Long> sizes = new ConcurrentHashMap<>();

  static TaskMessage.Offer offer(long task, String capability, String arguments, int timeout) {
    return new TaskMessage.Offer(task, 1, capability, Json.read(arguments), timeout, false);
  }

  /** Offers and begins. */
  static void give(Executions to, TaskMessage.Offer offer) {
    to.offered(offer);
    to.begin(offer.task(), offer.attempt());
  }

  TaskEnd end(long task) {
    return get(ends.computeIfAbsent(task, _ -> new CompletableFuture<>()));
  }

  void awaitStart(long task) {
    get(starts.computeIfAbsent(task, _ -> new CompletableFuture<>()));
  }

  /** What was told so far. */
  List<String> order() {
    synchronized (order) {
      return List.copyOf(order);
    }
  }

  String refusal(long task) {
    synchronized (order) {
      return refusals.getOrDefault(task, "");
    }
  }

  String output(long task, OutputChunk.Stream stream) {
    ByteArrayOutputStream bytes = outputs.get(task + " " + stream);
    return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
  }

  long size(long task, OutputChunk.Stream stream) {
    return sizes.getOrDefault(task + " " + stream, 0L);
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError("it was not told", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void note(String what) {
    synchronized (order) {
      order.add(what);
    }
  }

  @Override
  public void accepted(long task, int attempt) {
    note("accepted " + task);
  }

  @Override
  public void refused(long task, int attempt, String reason, String detail) {
    synchronized (order) {
      refusals.put(task, reason + ": " + detail);
    }
  }

  @Override
  public void started(long task, int attempt) {
    note("started " + task);
    starts.computeIfAbsent(task, _ -> new CompletableFuture<>()).complete(null);
  }

  @Override
  public void output(long task, int attempt, OutputChunk.Stream stream, byte[] bytes) {
    String key = task + " " + stream;
    sizes.merge(key, (long) bytes.length, Long::sum);
    ByteArrayOutputStream kept = outputs.computeIfAbsent(key, _ -> new ByteArrayOutputStream());
    if (kept.size() < KEPT) {
      kept.writeBytes(bytes);
    }
  }

  @Override
  public void finished(long task, int attempt, TaskEnd end) {
    note("finished " + task);
    ends.computeIfAbsent(task, _ -> new CompletableFuture<>()).complete(end);
  }
}
