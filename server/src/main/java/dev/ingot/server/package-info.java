/** The features over PostgreSQL. */
@NullMarked
package dev.ingot.server;

import org.jspecify.annotations.NullMarked;
