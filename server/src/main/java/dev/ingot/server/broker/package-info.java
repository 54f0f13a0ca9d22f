/**
 * The message broker: who connects to it and why, what is declared there, events to its exchange.
 */
@NullMarked
package dev.ingot.server.broker;

import org.jspecify.annotations.NullMarked;
