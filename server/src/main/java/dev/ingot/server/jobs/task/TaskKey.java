package dev.ingot.server.jobs.task;

/** Which task: a node has one of a job. */
public record TaskKey(long job, String node) implements Comparable<TaskKey> {
  @Override
  public int compareTo(TaskKey other) {
    int byJob = Long.compare(job, other.job);
    return byJob != 0 ? byJob : node.compareTo(other.node);
  }
}
