/** Calls to many nodes: jobs, their tasks, and what nodes can do. */
@NullMarked
package dev.ingot.server.jobs;

import org.jspecify.annotations.NullMarked;
