/** Documents of hardware facts and the query language over them. */
@NullMarked
package dev.ingot.server.inventory;

import org.jspecify.annotations.NullMarked;
