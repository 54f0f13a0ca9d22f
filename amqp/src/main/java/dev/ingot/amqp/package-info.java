/** Connections to a message broker, AMQP 0-9-1: made again, with bodies of bounded size. */
@NullMarked
package dev.ingot.amqp;

import org.jspecify.annotations.NullMarked;
