package dev.ingot.server.events;

import dev.ingot.core.Json;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** The outbox in PostgreSQL. */
public final class OutboxTable implements Outbox {
  private static final String INSERT =
      """
      WITH given AS (
        SELECT * FROM unnest(:types, :actions, :severities, :typeIds, :nodeIds, :data)
          WITH ORDINALITY AS row (type, action, severity, type_id, node_id, data, place)),
      numbered AS (
        INSERT INTO event_node AS known (node_id, sequence)
        SELECT node_id, count(*) FROM given WHERE node_id IS NOT NULL
        GROUP BY node_id ORDER BY node_id
        ON CONFLICT (node_id) DO UPDATE SET sequence = known.sequence + excluded.sequence
        RETURNING node_id, sequence)
      INSERT INTO event_outbox (type, action, severity, type_id, node_id, data, node_sequence)
      SELECT type, action, severity, type_id, node_id, data::jsonb,
        sequence + 1 - row_number() OVER (PARTITION BY node_id ORDER BY place DESC)
      FROM given LEFT JOIN numbered USING (node_id) ORDER BY place
      """;

  private final Runnable committed;

  /**
   * @param committed called after every commit that wrote an event
   */
  public OutboxTable(Runnable committed) {
    this.committed = committed;
  }

  @Override
  public void append(Handle handle, NewEvent event) {
    appendAll(handle, List.of(event));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Locks the nodes' rows of {@code event_node} until the transaction ends, in the order of
   * their ids: who calls this twice in a transaction may wait in a circle with another.
   */
  @Override
  public void appendAll(Handle handle, Collection<NewEvent> events) {
    if (!handle.isInTransaction()) {
      throw new IllegalStateException("an event is written in the transaction of its change");
    }
    if (events.isEmpty()) {
      return;
    }
    events.forEach(OutboxTable::check);
    Update insert = handle.createUpdate(INSERT);
    bind(insert, "types", events, NewEvent::type);
    bind(insert, "actions", events, NewEvent::action);
    bind(insert, "severities", events, event -> event.severity().word());
    bind(insert, "typeIds", events, NewEvent::typeId);
    bind(insert, "nodeIds", events, NewEvent::nodeId);
    bind(insert, "data", events, event -> Json.write(event.data()));
    insert.execute();
    handle.afterCommit(committed);
  }

  private static void bind(
      Update insert,
      String name,
      Collection<NewEvent> events,
      Function<NewEvent, @Nullable String> value) {
    insert.bindArray(name, String.class, events.stream().map(value).toArray());
  }

  private static void check(NewEvent event) {
    assert EventCatalog.has(event)
        : event.type() + "." + event.action() + " is not in EventCatalog";
  }
}
