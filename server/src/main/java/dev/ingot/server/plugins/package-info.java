/** Plugins: what nodes run by name, and the results in their records. */
@NullMarked
package dev.ingot.server.plugins;

import org.jspecify.annotations.NullMarked;
