/** The agent's end of the link over a message broker. */
@NullMarked
package dev.ingot.agentamqp;

import org.jspecify.annotations.NullMarked;
