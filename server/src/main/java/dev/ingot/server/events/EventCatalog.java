package dev.ingot.server.events;

import java.util.List;

/**
 * Every kind of event that the server writes, one line each, in the order of docs/events.md, which
 * a test writes from this list and from events that it sent through the outbox.
 */
public final class EventCatalog {
  /**
   * A kind of event.
   *
   * @param when what happened, a sentence without its full stop
   * @param data an example of the event's data, JSON
   */
  public record Kind(String type, String action, Severity severity, String when, String data) {}

  public static final List<Kind> KINDS =
      List.of(
          new Kind(
              "server",
              "started",
              Severity.INFORMATION,
              "A server process on the machine of that name (typeId) is ready",
              "{\"pid\": 4711}"));

  private EventCatalog() {}

  static boolean has(NewEvent event) {
    return KINDS.stream()
        .anyMatch(kind -> kind.type().equals(event.type()) && kind.action().equals(event.action()));
  }
}
