package dev.ingot.agent.capability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that one task started. Who belongs to it is known by its control group, by its session
 * and by a variable in its environment: the first cannot be left, the other two are what remains
 * where control groups may not be made.
 */
final class ProcessFamily implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProcessFamily.class);
  private static final String MARK = "INGOT_TASK";
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Killing is repeated, because a family may grow while it is killed. */
  private static final int ROUNDS = 50;

  /** So many processes are no script that cleans up after itself. */
  private static final int BOMB = 1000;

  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(100);

  private final String name;
  private final @Nullable TaskControlGroup group;
  private final @Nullable Path setsid;
  private long leader;

  private ProcessFamily(String name, @Nullable TaskControlGroup group, @Nullable Path setsid) {
    this.name = name;
    this.group = group;
    this.setsid = setsid;
  }

  static ProcessFamily of(String name) {
    return new ProcessFamily(name, TaskControlGroup.make(name), Programs.find("setsid"));
  }

  /** What stands before the command so that it becomes the head of the family. */
  List<String> wrapper() {
    List<String> wrapper = new ArrayList<>();
    if (group != null) {
      // The paths are arguments, not part of the program text.
      wrapper.addAll(
          List.of("/bin/sh", "-c", "echo $$ >\"$1\" && shift && exec \"$@\"", "ingot-task"));
      wrapper.add(group.members().toString());
    }
    if (setsid != null) {
      wrapper.add(setsid.toString());
    }
    return wrapper;
  }

  Map<String, String> mark() {
    return Map.of(MARK, name);
  }

  void ledBy(long pid) {
    leader = pid;
  }

  /** Whether any of it lives. */
  boolean lives() {
    return !living().isEmpty();
  }

  /** Asks all of it to end, and a second later ends it. */
  void end() {
    // A fork bomb is asked nothing: while it is asked it would keep the machine busy.
    if (group == null || group.pids().size() < BOMB) {
      living().forEach(ProcessHandle::destroy);
      if (gone(GRACE)) {
        return;
      }
    }
    if (group != null) {
      group.allowNoMore();
      group.kill();
    }
    for (int round = 0; round < ROUNDS; round++) {
      living().forEach(ProcessHandle::destroyForcibly);
      if (gone(BETWEEN_ROUNDS)) {
        return;
      }
    }
    log.warn("of task {} still run: {}", name, living().stream().map(ProcessHandle::pid).toList());
  }

  /** Waits so long for those that live now to end; whether nobody lives then. */
  private boolean gone(Duration most) {
    CompletableFuture<?> all =
        CompletableFuture.allOf(
            living().stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
    try {
      all.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.debug("task {} still runs after {}", name, most, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for processes fails never", e);
    } catch (InterruptedException e) {
      // The agent stops, or it was cancelled twice: the rest is done all the same, and at once.
      Thread.interrupted();
      log.debug("interrupted while task {} is ended", name, e);
    }
    return living().isEmpty();
  }

  private List<ProcessHandle> living() {
    Set<Long> pids = new LinkedHashSet<>();
    if (group != null) {
      pids.addAll(group.pids());
    }
    byte[] marked = (MARK + "=" + name).getBytes(StandardCharsets.UTF_8);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(process -> Character.isDigit(process.getFileName().toString().charAt(0)))
          .filter(process -> isOfSession(process) || isMarked(process, marked))
          .forEach(process -> pids.add(Long.parseLong(process.getFileName().toString())));
    } catch (IOException | UncheckedIOException e) {
      log.warn("list the processes: {}", e.getMessage(), e);
    }
    return pids.stream()
        .map(ProcessHandle::of)
        .flatMap(Optional::stream)
        .filter(process -> !process.equals(ProcessHandle.current()))
        .filter(ProcessFamily::isAlive)
        .toList();
  }

  /** What ended and was not yet waited for by its parent (a zombie) does not live. */
  private static boolean isAlive(ProcessHandle process) {
    List<String> fields = stat(Path.of("/proc", String.valueOf(process.pid())));
    return !fields.isEmpty() && !fields.getFirst().equals("Z");
  }

  private boolean isOfSession(Path process) {
    List<String> fields = stat(process);
    return leader > 0 && fields.size() > 3 && fields.get(3).equals(String.valueOf(leader));
  }

  /** proc_pid_stat(5) from the third field on: state, parent, group, session. */
  private static List<String> stat(Path process) {
    try {
      String text = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
      return List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", 6));
    } catch (IOException | IndexOutOfBoundsException e) {
      log.trace("{} is gone", process, e);
      return List.of();
    }
  }

  private static boolean isMarked(Path process, byte[] mark) {
    try {
      byte[] environment = Files.readAllBytes(process.resolve("environ"));
      int start = 0;
      for (int i = 0; i <= environment.length; i++) {
        if (i == environment.length || environment[i] == 0) {
          if (Arrays.equals(environment, start, i, mark, 0, mark.length)) {
            return true;
          }
          start = i + 1;
        }
      }
      return false;
    } catch (IOException e) {
      log.trace("{} is gone or another user's", process, e);
      return false;
    }
  }

  /** Lets what was left running in the background live. */
  @Override
  public void close() {
    if (group != null) {
      group.leave();
    }
  }
}
