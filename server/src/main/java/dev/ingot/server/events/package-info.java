/** Facts that happened: outbox, order, streams. */
@NullMarked
package dev.ingot.server.events;

import org.jspecify.annotations.NullMarked;
