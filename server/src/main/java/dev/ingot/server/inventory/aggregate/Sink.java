package dev.ingot.server.inventory.aggregate;

import tools.jackson.databind.node.ObjectNode;

/**
 * Where a stage sends its documents. Documents are shared: nobody changes one that it was given.
 */
interface Sink {
  /** Takes a document; false if no more are wanted. */
  boolean take(ObjectNode document);

  /** No more documents come. */
  default void end() {}
}
