/** The declared paths: listed, declared and given up at run time, built in the background. */
@NullMarked
package dev.ingot.server.inventory.indexes;

import org.jspecify.annotations.NullMarked;
