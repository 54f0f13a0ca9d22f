/** From an address, a name or a number to the node. */
@NullMarked
package dev.ingot.server.nodes.lookup;

import org.jspecify.annotations.NullMarked;
