/** Simulated agents over the real link. */
@NullMarked
package dev.ingot.simulator;

import org.jspecify.annotations.NullMarked;
