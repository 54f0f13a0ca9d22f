package dev.ingot.server.workflow.definition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A definition that was read and checked. It never changes; steps are known by name and by their
 * place in the list.
 *
 * @param isForeign whether its templates may name what RackHD's do
 * @param options defaults under {@code options} of templates, which the run's own go over
 * @param source as it was given
 */
public record Workflow(
    String name,
    @Nullable String description,
    boolean isForeign,
    Map<String, Input> inputs,
    ObjectNode options,
    List<Step> steps,
    Map<String, Integer> places,
    ObjectNode source) {

  /** The most steps that one may have. */
  public static final int MOST_STEPS = 500;

  /**
   * Something that a run is given.
   *
   * @param otherwise its value when it is not given, null if it must be
   * @param schema what it must be, JSON Schema
   */
  public record Input(
      @Nullable String description,
      boolean required,
      @Nullable JsonNode otherwise,
      @Nullable JsonNode schema) {}

  static Map<String, Integer> places(List<Step> steps) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      places.putIfAbsent(steps.get(i).name(), i);
    }
    return Map.copyOf(places);
  }

  /** Where the step stands in the list. */
  public int place(String step) {
    Integer place = places.get(step);
    if (place == null) {
      throw new IllegalArgumentException("no step " + step + " in " + name);
    }
    return place;
  }

  public Step step(String step) {
    return steps.get(place(step));
  }

  /** Whether some step waits for that step's ending so. */
  public boolean isHeeded(String step, Outcome outcome) {
    return steps.stream().anyMatch(each -> each.after().heeds(step, outcome));
  }
}
