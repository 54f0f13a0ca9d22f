package dev.ingot.server.workflow.step;

import dev.ingot.server.jobs.ArgumentSchema;
import dev.ingot.server.workflow.definition.KnownTypes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The step types that there are, by name. */
public final class StepTypes implements KnownTypes {
  private final Map<String, StepType> byName = new TreeMap<>();
  private final Map<String, Function<JsonNode, List<ArgumentSchema.Fault>>> checks =
      new ConcurrentHashMap<>();

  public StepTypes(List<StepType> types) {
    for (StepType type : types) {
      if (byName.put(type.name(), type) != null) {
        throw new IllegalArgumentException("two step types are called " + type.name());
      }
    }
  }

  /** The type; definitions name only those that there are. */
  public StepType get(String name) {
    StepType type = byName.get(name);
    if (type == null) {
      throw new IllegalArgumentException("no step type " + name);
    }
    return type;
  }

  public @Nullable StepType find(String name) {
    return byName.get(name);
  }

  /** What does not fit about options that are filled in. */
  public List<ArgumentSchema.Fault> faults(StepType type, JsonNode options) {
    return checks
        .computeIfAbsent(type.name(), _ -> ArgumentSchema.of(type.options()))
        .apply(options);
  }

  @Override
  public Set<String> names() {
    return byName.keySet();
  }

  @Override
  public @Nullable JsonNode schema(String type) {
    StepType found = byName.get(type);
    return found == null ? null : found.options();
  }

  @Override
  public boolean isDestructive(String type) {
    StepType found = byName.get(type);
    return found != null && found.isDestructive();
  }
}
