/** Durable graphs of steps against nodes: definitions, runs, step types. */
@NullMarked
package dev.ingot.server.workflow;

import org.jspecify.annotations.NullMarked;
