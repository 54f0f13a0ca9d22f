/** Definitions that people write into files and load by the folder: views and class rules. */
@NullMarked
package dev.ingot.server.inventory.definitions;

import org.jspecify.annotations.NullMarked;
