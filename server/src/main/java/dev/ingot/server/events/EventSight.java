package dev.ingot.server.events;

import dev.ingot.server.access.Principal;
import java.util.List;

/** Events as somebody sees them: filled by the feature that knows nodes and their documents. */
public interface EventSight {
  /**
   * Of the events those that a restricted principal may see, in their order, each with what it may
   * see of it.
   */
  List<Event> seen(Principal principal, List<Event> events);
}
