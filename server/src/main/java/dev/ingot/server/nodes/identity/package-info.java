/** Which node is this machine: what it is recognised by, the rule, conflicts, merge and split. */
@NullMarked
package dev.ingot.server.nodes.identity;

import org.jspecify.annotations.NullMarked;
