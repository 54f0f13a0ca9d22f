/** The face of ResourceManager, as Eve 2014 answered it, over resources; nothing depends on it. */
@NullMarked
package dev.ingot.server.eve;

import org.jspecify.annotations.NullMarked;
