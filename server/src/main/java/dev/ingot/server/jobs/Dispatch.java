package dev.ingot.server.jobs;

import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.jobs.task.Waiting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose turn it is: interactive jobs before bulk ones, which are never left out, and all of a kind
 * in turn. Decides from what was last known of the jobs; the locked rows have the last word.
 */
final class Dispatch {
  /** Tasks that one transaction offers. */
  static final int MOST = 250;

  private static final int FOR_INTERACTIVE = 200;
  private static final int JOBS = 16;
  private static final int LEAST = 10;

  private final int mostOffered;
  private final Set<Long> exhausted = new HashSet<>();
  private long lastBulk;
  private long lastInteractive;

  Dispatch(int mostOffered) {
    this.mostOffered = mostOffered;
  }

  /** A job gave less than was asked for: there is nothing until something happens to it. */
  void exhausted(long job) {
    exhausted.add(job);
  }

  void happened(long job) {
    exhausted.remove(job);
  }

  void allMayHaveMore() {
    exhausted.clear();
  }

  /** Whether {@link #next} would name any. */
  boolean any(Collection<Job> running) {
    long interactive = lastInteractive;
    long bulk = lastBulk;
    boolean any = !next(running).isEmpty();
    lastInteractive = interactive;
    lastBulk = bulk;
    return any;
  }

  /** How many tasks of which jobs are to be offered next, in this order. */
  Map<Long, Integer> next(Collection<Job> running) {
    int offered = 0;
    List<Job> interactive = new ArrayList<>();
    List<Job> bulk = new ArrayList<>();
    for (Job job : running) {
      offered += job.counts.of(TaskState.OFFERED);
      boolean waits = !job.over() && job.counts.of(Waiting.TURN) > 0 && job.room() > 0;
      if (waits && !exhausted.contains(job.id())) {
        (job.plan.bulk() ? bulk : interactive).add(job);
      }
    }
    Map<Long, Integer> next = new LinkedHashMap<>();
    int room = Math.min(MOST, mostOffered - offered);
    // A full window of bulk work does not keep a person waiting.
    int first = Math.max(room, interactive.isEmpty() ? 0 : MOST / 10);
    int given = share(interactive, lastInteractive, Math.min(first, FOR_INTERACTIVE), next);
    if (!next.isEmpty()) {
      lastInteractive = last(next);
    }
    Map<Long, Integer> ofBulk = new LinkedHashMap<>();
    share(bulk, lastBulk, room - given, ofBulk);
    if (!ofBulk.isEmpty()) {
      lastBulk = last(ofBulk);
    }
    next.putAll(ofBulk);
    return next;
  }

  private static long last(Map<Long, Integer> given) {
    long last = 0;
    for (long job : given.keySet()) {
      last = job;
    }
    return last;
  }

  private static int share(List<Job> jobs, long after, int room, Map<Long, Integer> given) {
    List<Job> ordered = new ArrayList<>();
    jobs.stream().filter(job -> job.id() > after).forEach(ordered::add);
    jobs.stream().filter(job -> job.id() <= after).forEach(ordered::add);
    int sharers = Math.min(JOBS, ordered.size());
    int sum = 0;
    for (Job job : ordered.subList(0, sharers)) {
      int left = room - sum;
      if (left <= 0) {
        break;
      }
      int part = Math.min(left, Math.max(LEAST, room / sharers));
      part = Math.min(part, Math.min(job.room(), mostAtOnce(job)));
      given.put(job.id(), part);
      sum += part;
    }
    return sum;
  }

  /** Large arguments are not offered to hundreds at once: they wait in memory to be sent. */
  private static int mostAtOnce(Job job) {
    return job.plan.rendered()
        ? 100
        : Math.max(1, (16 << 20) / (job.plan.arguments().length() + 256));
  }
}
