package dev.ingot.server.inventory.history;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document that changed.
 *
 * @param number of the change in the node's history
 * @param time by the database's clock, later than that of the change before
 * @param before null if there was none
 * @param undo what leads back, counters and readings aside
 * @param keyframe makes the document before without counters and readings
 */
public record Changed(
    String node,
    String source,
    long revision,
    long number,
    Instant time,
    @Nullable ObjectNode before,
    ObjectNode after,
    List<JsonDifference.Operation> undo,
    List<String> sections,
    Supplier<ObjectNode> keyframe) {
  boolean first() {
    return before == null;
  }
}
