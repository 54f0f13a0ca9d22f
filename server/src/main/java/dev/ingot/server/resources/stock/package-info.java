/** The resources that there are: records, rules and SQL. */
@NullMarked
package dev.ingot.server.resources.stock;

import org.jspecify.annotations.NullMarked;
