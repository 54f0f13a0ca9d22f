package dev.ingot.server.resources.kind;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A kind of resource.
 *
 * @param name as it stands in paths, plural
 * @param title one of it, singular
 * @param key the field that names one
 * @param node whether one of it and the node of its hostname, MAC or id are one thing
 * @param schema JSON Schema of the fields beside the key; other fields are refused
 * @param states each with those that may follow it; empty for a kind without states
 * @param initial the state of a new one that says none
 * @param claimable states from which it may be claimed; empty for any
 * @param claimed the state that a claim brings; null leaves it
 * @param released states that a release ends; from others it changes nothing
 * @param free the state that a release brings; null leaves it
 * @param reclaim what must have run before a released one is free; null for nothing
 * @param definition as it was written
 * @param shipped whether it comes with the server and nobody changed it
 */
public record Kind(
    String name,
    String title,
    @Nullable String description,
    String key,
    KeyForm form,
    boolean node,
    ObjectNode schema,
    Map<String, List<String>> states,
    @Nullable String initial,
    Set<String> claimable,
    @Nullable String claimed,
    Set<String> released,
    @Nullable String free,
    @Nullable String reclaim,
    ObjectNode definition,
    boolean shipped) {

  /** Whether its resources have a state. */
  public boolean hasStates() {
    return !states.isEmpty();
  }

  /** Whether one of that state may be claimed. */
  public boolean isClaimable(@Nullable String state) {
    return claimable.isEmpty() || (state != null && claimable.contains(state));
  }

  /** The state after a claim was taken. */
  public @Nullable String afterClaim(@Nullable String state) {
    return claimed == null ? state : claimed;
  }

  /** The state after a release: what people made of it meanwhile stays. */
  public @Nullable String afterRelease(@Nullable String state) {
    return free != null && state != null && released.contains(state) ? free : state;
  }

  /** Whether a resource may go from one state to the other by a person's word. */
  public boolean mayFollow(String from, String to) {
    return from.equals(to) || states.getOrDefault(from, List.of()).contains(to);
  }

  /** The names of its fields beside key, owner and state. */
  public List<String> fields() {
    return schema.path("properties").propertyNames().stream().toList();
  }

  public boolean isOfAddresses() {
    return form == KeyForm.ADDRESS;
  }
}
