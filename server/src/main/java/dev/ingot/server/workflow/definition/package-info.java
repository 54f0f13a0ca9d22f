/** What workflows are: read strictly, checked whole, kept in versions that never change. */
@NullMarked
package dev.ingot.server.workflow.definition;

import org.jspecify.annotations.NullMarked;
