/** What happens to one task: its states, and what changes them. Pure: no database, no clock. */
@NullMarked
package dev.ingot.server.jobs.task;

import org.jspecify.annotations.NullMarked;
