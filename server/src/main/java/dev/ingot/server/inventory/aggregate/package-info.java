/** Pipelines over the inventory: MongoDB's aggregation, as far as it can be bounded. */
@NullMarked
package dev.ingot.server.inventory.aggregate;

import org.jspecify.annotations.NullMarked;
