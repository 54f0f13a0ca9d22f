/** Events posted to others: signed, retried in order per node, kept when given up. */
@NullMarked
package dev.ingot.server.webhooks;

import org.jspecify.annotations.NullMarked;
