package dev.ingot.server.nodes;

import dev.ingot.core.MercuryId;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Nodes as somebody sees them: one outside of the principal's segment is nowhere, neither by its id
 * nor in the words of a problem. Routes come to nodes through this.
 */
public final class VisibleNodes {
  private static final int CANDIDATES = 1000;

  private final NodeSight sight;

  VisibleNodes(NodeSight sight) {
    this.sight = sight;
  }

  /** Those of the ids that the principal may see. */
  public List<String> of(Handle handle, Principal principal, Collection<String> ids) {
    return seesAll(principal) ? List.copyOf(ids) : sight.visible(handle, principal, ids);
  }

  /**
   * The id of the node that is meant by an id, an alias or the unique beginning of one.
   *
   * @throws Problem if the principal sees none, or more than one
   */
  public String resolve(Handle handle, Principal principal, String reference) {
    return one(reference, byPrefix(handle, principal, reference));
  }

  /**
   * Of the nodes that {@link #byPrefix} found the one.
   *
   * @throws Problem if there is none, or more than one
   */
  public static String one(String reference, List<String> found) {
    return NodeReader.one(reference, found);
  }

  /** The node that is meant by an id, an alias or the unique beginning of one. */
  public NodeRecord require(Handle handle, Principal principal, String reference) {
    return NodeReader.require(
        handle, seesAll(principal) ? reference : resolve(handle, principal, reference));
  }

  /** The nodes whose id, or an alias of theirs, begins so; a whole id alone wins. */
  public List<String> byPrefix(Handle handle, Principal principal, String reference) {
    if (seesAll(principal)) {
      return NodeReader.byPrefix(handle, reference);
    }
    String prefix = MercuryId.prefix(reference).orElse(null);
    if (prefix == null) {
      return List.of();
    }
    if (!sight.visible(handle, principal, List.of(prefix)).isEmpty()) {
      return List.of(prefix);
    }
    List<String> found = new ArrayList<>();
    String after = "";
    List<String> candidates;
    do {
      candidates = NodeReader.byPrefix(handle, prefix, after, CANDIDATES);
      found.addAll(sight.visible(handle, principal, candidates));
      after = candidates.isEmpty() ? after : candidates.getLast();
    } while (candidates.size() == CANDIDATES && found.size() <= NodeReader.NAMED);
    return found;
  }

  private static boolean seesAll(Principal principal) {
    return principal.segment().nodes() == null;
  }
}
