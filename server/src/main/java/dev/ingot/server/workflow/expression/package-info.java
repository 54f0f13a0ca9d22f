/** The small language of conditions and templates: no loops, no calls out, bounded. */
@NullMarked
package dev.ingot.server.workflow.expression;

import org.jspecify.annotations.NullMarked;
