package dev.ingot.server.nodes;

import dev.ingot.server.access.Principal;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Which nodes a principal may see: filled by the feature that knows the query language. */
public interface NodeSight {
  /** Those of the ids that name a node that the principal may see now, in the order given. */
  List<String> visible(Handle handle, Principal principal, Collection<String> ids);
}
