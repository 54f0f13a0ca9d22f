package dev.ingot.server.events;

import java.util.Collection;
import org.jdbi.v3.core.Handle;

/** Where events are written, inside the transaction of the change that they tell. */
public interface Outbox {
  /**
   * Writes the event with the caller's transaction: it happened if and only if the transaction
   * commits.
   */
  void append(Handle handle, NewEvent event);

  /** Writes many events with the caller's transaction, in few statements. */
  default void appendAll(Handle handle, Collection<NewEvent> events) {
    events.forEach(event -> append(handle, event));
  }
}
