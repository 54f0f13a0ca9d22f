/** What steps do: a class for each type. */
@NullMarked
package dev.ingot.server.workflow.step;

import org.jspecify.annotations.NullMarked;
