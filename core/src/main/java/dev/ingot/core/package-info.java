/** Ids, JSON, clock: what every module shares, and nothing else. */
@NullMarked
package dev.ingot.core;

import org.jspecify.annotations.NullMarked;
