package dev.ingot.server.events;

import dev.ingot.core.Json;
import org.jdbi.v3.core.Handle;

/** The outbox in PostgreSQL. */
public final class OutboxTable implements Outbox {
  private final Runnable committed;

  /**
   * @param committed called after every commit that wrote an event
   */
  public OutboxTable(Runnable committed) {
    this.committed = committed;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Locks the node's row of {@code event_node} until the transaction ends: who writes events of
   * many nodes in one transaction does so in the order of their ids, lest two of them wait for each
   * other.
   */
  @Override
  public void append(Handle handle, NewEvent event) {
    if (!handle.isInTransaction()) {
      throw new IllegalStateException("an event is written in the transaction of its change");
    }
    assert EventCatalog.has(event)
        : event.type() + "." + event.action() + " is not in EventCatalog";
    handle
        .createUpdate(
            event.nodeId() == null
                ? "insert into event_outbox (type, action, severity, type_id, data)"
                    + " values (:type, :action, :severity, :typeId, :data::jsonb)"
                : "with numbered as (insert into event_node as known values (:nodeId, 1)"
                    + " on conflict (node_id) do update set sequence = known.sequence + 1"
                    + " returning sequence)"
                    + " insert into event_outbox"
                    + " (type, action, severity, type_id, data, node_id, node_sequence)"
                    + " select :type, :action, :severity, :typeId, :data::jsonb, :nodeId, sequence"
                    + " from numbered")
        .bind("type", event.type())
        .bind("action", event.action())
        .bind("severity", event.severity().word())
        .bind("typeId", event.typeId())
        .bind("nodeId", event.nodeId())
        .bind("data", Json.write(event.data()))
        .execute();
    handle.afterCommit(committed);
  }
}
