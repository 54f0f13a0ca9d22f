/** Machines: identity, conflicts, admission, presence, tags, location. */
@NullMarked
package dev.ingot.server.nodes;

import org.jspecify.annotations.NullMarked;
