/** Runs: what they are in the database, who moves them, what people may do with them. */
@NullMarked
package dev.ingot.server.workflow.run;

import org.jspecify.annotations.NullMarked;
