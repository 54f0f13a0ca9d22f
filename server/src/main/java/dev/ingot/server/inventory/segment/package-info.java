/** What a principal may read and write of the inventory, and of which nodes. */
@NullMarked
package dev.ingot.server.inventory.segment;

import org.jspecify.annotations.NullMarked;
