package dev.ingot.server.workflow.expression;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the names of an expression stand for. */
@FunctionalInterface
public interface Scope {
  /** The value of the first word of a path, null when nothing has that name. */
  @Nullable JsonNode value(String root);

  /**
   * Whether a word that stands for nothing is itself the text where it is the last alternative, as
   * in RackHD's {@code {{ context.user || monorail }}}.
   */
  default boolean knowsBareWords() {
    return false;
  }
}
