/** Filters, sorts and projections turned into SQL, and their answers. */
@NullMarked
package dev.ingot.server.inventory.query;

import org.jspecify.annotations.NullMarked;
