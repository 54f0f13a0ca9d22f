/** What changed, when, seen by whom and what it means; documents as of a time; parts by serial. */
@NullMarked
package dev.ingot.server.inventory.history;

import org.jspecify.annotations.NullMarked;
