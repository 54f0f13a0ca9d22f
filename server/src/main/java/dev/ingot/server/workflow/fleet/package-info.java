/** A workflow over many nodes: canary first, then in waves, until too many fail. */
@NullMarked
package dev.ingot.server.workflow.fleet;

import org.jspecify.annotations.NullMarked;
