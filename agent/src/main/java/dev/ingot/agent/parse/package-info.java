/**
 * What recorded outputs of tools say: pure functions from text to facts, one parser per tool. The
 * inspectors use them, and {@code ingot parse} prints what they make of a file.
 */
@NullMarked
package dev.ingot.agent.parse;

import org.jspecify.annotations.NullMarked;
