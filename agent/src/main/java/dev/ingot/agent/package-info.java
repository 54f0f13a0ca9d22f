/** Inspectors and the link, on the node. */
@NullMarked
package dev.ingot.agent;

import org.jspecify.annotations.NullMarked;
