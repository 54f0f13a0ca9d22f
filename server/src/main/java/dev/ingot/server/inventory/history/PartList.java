package dev.ingot.server.inventory.history;

import java.util.List;

/**
 * A list in documents whose elements are parts.
 *
 * @param kind as programs read it, e.g. {@code dimm}
 * @param title as people read it
 * @param missed whether a part that is gone is lost; else it is taken out and put in as one likes
 * @param keys which element is which, the surest first; what no key pairs is new or gone
 * @param slots where a part sits, the first that there is
 */
record PartList(
    String kind, String title, boolean missed, List<ElementKey> keys, List<ElementKey> slots) {

  /** Whether its elements are parts, and not merely told apart by a key. */
  boolean holdsParts() {
    return !title.isEmpty();
  }
}
