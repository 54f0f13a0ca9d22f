/** Java client of the REST API. */
@NullMarked
package dev.ingot.client;

import org.jspecify.annotations.NullMarked;
