package dev.ingot.server.inventory.history;

import org.jspecify.annotations.Nullable;

/**
 * What happened to a part of one machine.
 *
 * @param part as it was, of a new one as it is
 * @param other of a part that moved as it is; of one that is gone what sits in its place; else null
 * @param bySection the whole section that showed it came or went: nobody touched the machine
 */
record PartChange(What what, Part part, @Nullable Part other, boolean bySection) {
  enum What {
    GONE,
    NEW,
    MOVED,
    /** It is the same, and says more or other of itself. */
    SAME
  }
}
