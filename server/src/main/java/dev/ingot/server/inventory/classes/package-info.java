/** Class rules: what kind of machine each node is. */
@NullMarked
package dev.ingot.server.inventory.classes;

import org.jspecify.annotations.NullMarked;
