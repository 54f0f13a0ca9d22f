package dev.ingot.server.mercury;

import dev.ingot.server.jobs.Jobs;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The tasks of one of their jobs, read page by page: some write little, some much. */
final class TaskPages {
  private final Turns turns;
  private final Jobs jobs;
  private final List<Long> numbers;
  private final int size;
  private final int output;
  private int at;
  private String after = "";

  /**
   * @param numbers of our jobs
   * @param size of a page
   * @param output octets of each stream; below zero: neither that nor what was returned
   */
  TaskPages(Turns turns, Jobs jobs, List<Long> numbers, int size, int output) {
    this.turns = turns;
    this.jobs = jobs;
    this.numbers = numbers;
    this.size = size;
    this.output = output;
  }

  /** Empty when there is no more. */
  List<JsonNode> next() {
    while (at < numbers.size()) {
      long number = numbers.get(at);
      List<JsonNode> page =
          turns.take(handle -> jobs.shownTasks(handle, number, after, size, output));
      if (page.size() < size) {
        at++;
        after = "";
      } else {
        after = page.getLast().path("node").stringValue();
      }
      if (!page.isEmpty()) {
        return page;
      }
    }
    return List.of();
  }
}
