/** The server end of the agents' link. */
@NullMarked
package dev.ingot.server.agents;

import org.jspecify.annotations.NullMarked;
