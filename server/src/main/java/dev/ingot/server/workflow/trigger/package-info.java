/** What begins runs by itself: schedules, events, and nodes that match for the first time. */
@NullMarked
package dev.ingot.server.workflow.trigger;

import org.jspecify.annotations.NullMarked;
