package dev.ingot.server.workflow.definition;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a definition needs to know of the step types that there are. */
public interface KnownTypes {
  Set<String> names();

  /** What its options must be, null when there is no such type. */
  @Nullable JsonNode schema(String type);

  /** Whether its steps need the node for themselves. */
  boolean isDestructive(String type);
}
