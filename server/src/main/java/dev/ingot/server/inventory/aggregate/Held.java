package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.problem.Problem;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What one pipeline keeps in memory, estimated and bounded. */
final class Held {
  /** A third more than 100,000 groups by serial number with a few sums take. */
  static final long MOST_BYTES = 64L << 20;

  /** An entry of a map or list with what hangs on it. */
  static final int ENTRY = 96;

  private final long most;
  private long bytes;

  Held() {
    this(MOST_BYTES);
  }

  Held(long most) {
    this.most = most;
  }

  /**
   * Keeps more.
   *
   * @param stage where it is kept, for the problem
   */
  void add(long more, String stage) {
    bytes += more;
    if (bytes > most) {
      throw Problem.invalid(
          stage,
          "the pipeline would keep more than "
              + (most >> 20)
              + " MiB in memory here: $match or $project before it, or $limit after a $sort");
    }
  }

  void release(long less) {
    bytes -= less;
  }

  long bytes() {
    return bytes;
  }

  /** About how many bytes a value takes as an object. */
  static long weight(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> 56 + value.stringValue().length();
      case ARRAY -> {
        long sum = 56;
        for (JsonNode element : value) {
          sum += 8 + weight(element);
        }
        yield sum;
      }
      case OBJECT -> {
        long sum = 120;
        for (Map.Entry<String, JsonNode> field : value.properties()) {
          sum += 48 + weight(field.getValue());
        }
        yield sum;
      }
      default -> 24;
    };
  }
}
