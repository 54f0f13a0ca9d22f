/** A message broker in this process, for a try-out and for tests. */
@NullMarked
package dev.ingot.broker;

import org.jspecify.annotations.NullMarked;
