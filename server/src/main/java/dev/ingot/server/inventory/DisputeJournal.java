package dev.ingot.server.inventory;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Tells when a source begins to say something else than what is served, and when it ceases. */
final class DisputeJournal {
  private static final int MAX_PATHS = 20;

  private final Outbox outbox;

  DisputeJournal(Outbox outbox) {
    this.outbox = outbox;
  }

  void write(Handle handle, Collection<NodeUpdate> updates) {
    List<NewEvent> events = new ArrayList<>();
    for (NodeUpdate update : updates) {
      update.disputes.forEach(dispute -> events.add(event(update.nodeId, dispute)));
    }
    if (!events.isEmpty()) {
      outbox.appendAll(handle, events);
    }
  }

  private static NewEvent event(String nodeId, Dispute dispute) {
    boolean begins = !dispute.paths().isEmpty();
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("section", dispute.section().name());
    data.put("source", dispute.section().source().word());
    data.put("served", dispute.served() == null ? null : dispute.served().word());
    if (begins) {
      ArrayNode paths = data.putArray("paths");
      dispute.paths().stream().limit(MAX_PATHS).forEach(place -> paths.add(place.path()));
      data.put("morePaths", Math.max(0, dispute.paths().size() - MAX_PATHS));
    }
    return new NewEvent(
        "inventory",
        begins ? "disputed" : "settled",
        begins ? Severity.WARNING : Severity.INFORMATION,
        nodeId,
        nodeId,
        data);
  }
}
