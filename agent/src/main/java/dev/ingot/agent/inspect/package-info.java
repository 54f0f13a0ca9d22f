/**
 * What a machine is made of: one class per inspector, pure parsers, and {@link
 * dev.ingot.agent.inspect.Inspection} that runs them.
 */
@NullMarked
package dev.ingot.agent.inspect;

import org.jspecify.annotations.NullMarked;
