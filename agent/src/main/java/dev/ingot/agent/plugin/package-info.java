/** What the agent can do when it is asked to: capabilities, and their execution. */
@NullMarked
package dev.ingot.agent.plugin;

import org.jspecify.annotations.NullMarked;
