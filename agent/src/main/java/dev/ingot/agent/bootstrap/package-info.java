/**
 * The small thing that loads the rest: fetches a signed bundle of the agent, checks it, starts it,
 * and falls back to the one that it has. Needs nothing but the JDK, and nothing depends on it.
 */
@NullMarked
package dev.ingot.agent.bootstrap;

import org.jspecify.annotations.NullMarked;
