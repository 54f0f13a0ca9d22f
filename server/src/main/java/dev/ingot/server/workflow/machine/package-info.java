/** What a run becomes: pure, without clock, database or network. */
@NullMarked
package dev.ingot.server.workflow.machine;

import org.jspecify.annotations.NullMarked;
