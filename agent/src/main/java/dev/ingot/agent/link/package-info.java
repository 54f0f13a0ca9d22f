/** The agent's end of the link. */
@NullMarked
package dev.ingot.agent.link;

import org.jspecify.annotations.NullMarked;
