/** How a machine comes in: keys, enrolment tokens, boot tickets, policies, the door. */
@NullMarked
package dev.ingot.server.nodes.joining;

import org.jspecify.annotations.NullMarked;
