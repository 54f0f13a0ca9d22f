/** What agent and server say to each other. */
@NullMarked
package dev.ingot.protocol;

import org.jspecify.annotations.NullMarked;
