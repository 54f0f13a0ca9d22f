package dev.ingot.server.inventory.facet;

import org.jdbi.v3.core.Handle;

/** The declared paths as they are now: they change at run time. */
public interface FacetSource {
  /** The paths whose values the facet of every document has: what a question may rely on. */
  Facets asked();

  /**
   * What a transaction writes. Until it ends nobody declares another path, so that a path is ready
   * only when every document that has a facet without it was written before.
   */
  Written written(Handle handle);

  /**
   * The paths to write.
   *
   * @param generation of the set, which grows with each path that is declared
   */
  record Written(Facets facets, long generation) {}
}
