package dev.ingot.agent.capability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group that bounds how many processes a task may have (the pids controller of cgroup v2,
 * else of v1) and holds all of them. Only where the agent may make one, which mostly means: as
 * root.
 */
final class TaskControlGroup {
  private static final Logger log = LoggerFactory.getLogger(TaskControlGroup.class);
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  /** More than any sane script starts, fewer than hurt a machine. */
  private static final String MOST_PROCESSES = "4096";

  /** Whoever was killed is listed until its parent has heard of it. */
  private static final int ROUNDS = 5;

  private final Path folder;

  private TaskControlGroup(Path folder) {
    this.folder = folder;
  }

  /** Null where none can be made. */
  static @Nullable TaskControlGroup make(String name) {
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    Path parent = (unified ? ROOT : ROOT.resolve("pids")).resolve("ingot-tasks");
    if (!Files.isWritable(parent.getParent())) {
      return null;
    }
    Path folder = parent.resolve(name);
    try {
      Files.createDirectories(parent);
      if (unified) {
        Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+pids");
        Files.writeString(parent.resolve("cgroup.subtree_control"), "+pids");
      }
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("pids.max"), MOST_PROCESSES);
      return new TaskControlGroup(folder);
    } catch (IOException e) {
      log.debug("no control group for {}", name, e);
      remove(folder);
      return null;
    }
  }

  /** The file to write a process id to. */
  Path members() {
    return folder.resolve("cgroup.procs");
  }

  List<Long> pids() {
    try {
      return Files.readAllLines(members()).stream().map(Long::valueOf).toList();
    } catch (IOException e) {
      log.debug("{} is gone", folder, e);
      return List.of();
    }
  }

  /** From now on a fork fails: what is killed is not replaced. */
  void allowNoMore() {
    try {
      Files.writeString(folder.resolve("pids.max"), "0");
    } catch (IOException e) {
      log.warn("{}: {}", folder, e.getMessage(), e);
    }
  }

  /** Kills all that live in it, without looking at the other processes of the machine. */
  void kill() {
    for (int round = 0; round < ROUNDS; round++) {
      List<Long> pids = pids();
      if (pids.isEmpty()) {
        return;
      }
      pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
  }

  /** Removes it, if nobody lives in it; else whoever lives there may stay. */
  void leave() {
    remove(folder);
  }

  private static void remove(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      log.debug("{} stays", folder, e);
    }
  }
}
