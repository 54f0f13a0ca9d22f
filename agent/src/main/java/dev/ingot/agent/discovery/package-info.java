/** Finds the server of a machine that was not told it. Needs nothing but the JDK. */
@NullMarked
package dev.ingot.agent.discovery;

import org.jspecify.annotations.NullMarked;
