/** The one store of what machines and programs say: fed in batches, searched, followed. */
@NullMarked
package dev.ingot.server.logs;

import org.jspecify.annotations.NullMarked;
