package dev.ingot.agent.link;

import dev.ingot.protocol.PluginResult;
import org.jspecify.annotations.Nullable;

/**
 * Results that wait on the node until the server has stored them: one under way at a time, in their
 * order. Calls come from the link's thread.
 */
public interface NodeResults {
  /** The next one; null when there is none, or one is under way. */
  @Nullable PluginResult next();

  /** What was under way when the connection broke, to be said again; null when nothing was. */
  @Nullable PluginResult again();

  /**
   * The server has it.
   *
   * @param error why its output is no value, null when it is one
   */
  void stored(String id, @Nullable String error);

  /** Has something run after each result that is added; it must be quick. */
  void tell(Runnable whenAdded);
}
