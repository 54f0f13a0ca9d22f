/** The embedded PostgreSQL. */
@NullMarked
package dev.ingot.postgres;

import org.jspecify.annotations.NullMarked;
