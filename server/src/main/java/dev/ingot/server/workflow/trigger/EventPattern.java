package dev.ingot.server.workflow.trigger;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventCatalog;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which events begin something.
 *
 * @param type e.g. {@code node}, or {@code node.joined} for one action
 * @param severity the least, null for any
 * @param typeId the id of what it is about, {@code *} for any characters; null for any
 * @param data fields that the event's data must have with just these values
 * @param nodes a filter that the event's node must match as it is then
 */
record EventPattern(
    String type,
    @Nullable String severity,
    @Nullable String typeId,
    @Nullable JsonNode data,
    @Nullable JsonNode nodes) {

  /** Refuses what can never match, so that nobody waits for it. */
  void check() {
    Set<String> known = new TreeSet<>();
    for (EventCatalog.Kind kind : EventCatalog.KINDS) {
      known.add(kind.type());
      known.add(kind.type() + "." + kind.action());
    }
    if (!known.contains(type)) {
      String nearest = type.length() > 64 ? null : Nearest.of(type, known);
      throw Problem.invalid(
          "event.type",
          "no such type of event"
              + (nearest == null
                  ? "; docs/events.md lists them"
                  : "; did you mean " + nearest + "?"));
    }
    least();
    if (typeId != null && (typeId.isEmpty() || typeId.length() > 200)) {
      throw Problem.invalid("event.typeId", "must be 1 to 200 characters; * is every id");
    }
    if (data != null && !data.isObject()) {
      throw Problem.invalid("event.data", "must be an object of fields and their values");
    }
    if (nodes != null && !nodes.isObject()) {
      throw Problem.invalid("event.nodes", "must be a filter over nodes, a JSON object");
    }
  }

  private @Nullable Severity least() {
    if (severity == null) {
      return null;
    }
    for (Severity each : Severity.values()) {
      if (each.word().equals(severity)) {
        return each;
      }
    }
    throw Problem.invalid("event.severity", "must be information, warning or critical");
  }

  /** Whether the event fits, but for its node. */
  boolean matches(Event event) {
    Severity wanted = least();
    return (type.equals(event.type()) || type.equals(event.type() + "." + event.action()))
        && (wanted == null || Severity.of(event.severity()).compareTo(wanted) >= 0)
        && (typeId == null || Wildcard.matches(typeId, event.typeId()))
        && (data == null || contains(event.data(), data));
  }

  /** Whether every field of the wanted is there with the same value, objects by the same rule. */
  private static boolean contains(JsonNode is, JsonNode wanted) {
    return wanted
        .propertyStream()
        .allMatch(
            each -> {
              JsonNode value = is.get(each.getKey());
              return value != null
                  && ((each.getValue().isObject() && value.isObject())
                      ? contains(value, each.getValue())
                      : value.equals(each.getValue()));
            });
  }
}
