/** Durable work: enqueued with a transaction, leased, fenced, retried, never lost. */
@NullMarked
package dev.ingot.server.store.queue;

import org.jspecify.annotations.NullMarked;
