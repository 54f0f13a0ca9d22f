/** What the agent can do when it is asked to: capabilities, and their execution. */
@NullMarked
package dev.ingot.agent.capability;

import org.jspecify.annotations.NullMarked;
