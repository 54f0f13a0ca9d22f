package dev.ingot.server.nodes.identity;

import java.util.Set;

/** A stored node and what it is recognised by. */
public record KnownNode(String id, Set<Identifier> identifiers) {
  public KnownNode {
    identifiers = Set.copyOf(identifiers);
  }
}
